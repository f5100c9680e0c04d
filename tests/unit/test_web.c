#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gateway/web/form.h"
#include "gateway/web/session.h"

/* ---- forms ---- */

#define MULTIPART "multipart/form-data; boundary=b"
#define URLENCODED "application/x-www-form-urlencoded"
#define PART "--b\r\nContent-Disposition: form-data; name="
#define FILE_PART PART "\"f\"; filename="
#define END "--b--\r\n"

enum { ARENA_MAX = 4194304 };

static enum gw_code parse(struct form *f, struct gw_arena *arena, const char *type, struct gw_span body) {
	gw_arena_init(arena, ARENA_MAX);
	return form_parse(gw_span_of(type), body, arena, f, NULL);
}

static void reads_good_forms(void **state) {
	static const struct {
		const char *type, *body, *csrf, *version, *button, *name, *value;
	} good[] = {
		{URLENCODED, "", "", "", "", "a", ""},
		{URLENCODED, "csrf=t&version=7&button=next&a=1", "t", "7", "next", "a", "1"},
		{URLENCODED, "a=1+2%2B3%0d%0A", "", "", "", "a", "1 2+3\r\n"},
		{URLENCODED, "a=1&a=2&a=3", "", "", "", "a", "1 2 3"},
		{URLENCODED, "a=&a=2", "", "", "", "a", "2"},
		{URLENCODED, "a=1&a=", "", "", "", "a", "1 "},
		{URLENCODED, "a", "", "", "", "a", ""},
		{URLENCODED, "%61=%C4%8D", "", "", "", "a", "č"},
		{URLENCODED "; charset=utf-8", "a=b=c", "", "", "", "a", "b=c"},
		{MULTIPART, PART "\"csrf\"\r\n\r\nt\r\n" PART "\"button\"\r\n\r\nok\r\n" END, "t", "", "ok", "a", ""},
		{MULTIPART, PART "\"a\"\r\n\r\n1\r\n" PART "a\r\n\r\n2\r\n" END, "", "", "", "a", "1 2"},
		{MULTIPART, PART "\"a\"\r\nX: y\r\n\r\n\r\n1\r\n\r\n" END "after", "", "", "", "a", "\r\n1\r\n"},
		{"MULTIPART/Form-Data; boundary=\"b\"", PART "\"a\"\r\n\r\n-b\r\n" END, "", "", "", "a", "-b"},
	};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(good); i++) {
		struct form f;
		struct gw_arena arena;
		assert_int_equal(parse(&f, &arena, good[i].type, gw_span_of(good[i].body)), GW_OK);
		assert_string_equal(f.csrf, good[i].csrf);
		assert_string_equal(f.version, good[i].version);
		assert_string_equal(f.input.button, good[i].button);
		assert_string_equal(vash_pair_get(&f.input.values, good[i].name), good[i].value);
		assert_string_equal(f.input.file_name, "");
		assert_null(f.input.file.p);
		gw_arena_release(&arena);
	}
}

static void refuses_malformed_forms(void **state) {
	static const struct {
		const char *type, *body;
	} bad[] = {
		{"", "a=1"},
		{"text/plain", "a=1"},
		{"multipart/mixed; boundary=b", END},
		{URLENCODED ";", "csrf=1&csrf=2"},
		{URLENCODED, "csrf=&csrf=2"},
		{URLENCODED, "version=1&a=2&version=1"},
		{URLENCODED, "button=a&button=b"},
		{URLENCODED, "=1"},
		{URLENCODED, "a=1&&b=2"},
		{URLENCODED, "a=%"},
		{URLENCODED, "a=%4"},
		{URLENCODED, "a=%4g"},
		{URLENCODED, "a=%00"},
		{URLENCODED, "a%00=1"},
		{URLENCODED, "a=%FF"},
		{URLENCODED, "a=%C0%80"},
		{URLENCODED, "a=%ED%A0%80"},
		{"multipart/form-data", END},
		{"multipart/form-data; boundary=", END},
		{"multipart/form-data; boundary=\"\"", "--\r\n"},
		{MULTIPART "; boundary=b", PART "a\r\n\r\n1\r\n" END},
		{MULTIPART, ""},
		{MULTIPART, "--b"},
		{MULTIPART, "--b\r\n"},
		{MULTIPART, " " END},
		{MULTIPART, "x\r\n" END},
		{MULTIPART, PART "a\r\n\r\n--b\r\n" END},
		{MULTIPART, PART "a\r\n\r\n1"},
		{MULTIPART, PART "a\r\n\r\n1\r\n--b"},
		{MULTIPART, PART "a\r\n\r\n1\r\n--b-"},
		{MULTIPART, PART "a\r\n\r\n1\r\n--bx\r\n"},
		{MULTIPART, PART "a\r\n1\r\n" END},
		{MULTIPART, PART "a\n\n1\r\n" END},
		{MULTIPART, "--b\r\n\r\n1\r\n" END},
		{MULTIPART, "--b\r\nContent-Type: text/plain\r\n\r\n1\r\n" END},
		{MULTIPART, "--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n" END},
		{MULTIPART, "--b\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n" END},
		{MULTIPART, PART "\"\"\r\n\r\n1\r\n" END},
		{MULTIPART, PART "a; name=b\r\n\r\n1\r\n" END},
		{MULTIPART, PART "a\r\n\r\n\xFF\r\n" END},
		{MULTIPART, PART "csrf\r\n\r\n1\r\n" PART "csrf\r\n\r\n1\r\n" END},
		{MULTIPART, FILE_PART "\"a\"\r\n\r\n1\r\n" FILE_PART "\"b\"\r\n\r\n2\r\n" END},
		{MULTIPART, FILE_PART "\"\xFF\"\r\n\r\n1\r\n" END},
	};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(bad); i++) {
		struct form f;
		struct gw_arena arena;
		if (parse(&f, &arena, bad[i].type, gw_span_of(bad[i].body)) != GW_E_INPUT) {
			fail_msg("taken: %s: %s", bad[i].type, bad[i].body);
		}
		gw_arena_release(&arena);
	}
	static const char nul[] = PART "a\r\n\r\n1\0002\r\n" END;
	struct form f;
	struct gw_arena arena;
	assert_int_equal(parse(&f, &arena, MULTIPART, (struct gw_span){nul, sizeof(nul) - 1}), GW_E_INPUT);
	gw_arena_release(&arena);
}

static void reads_a_file(void **state) {
	static const struct {
		const char *sent, *name;
	} names[] = {
		{"v.pdf", "v.pdf"},
		{"/etc/passwd", "passwd"},
		{"../../v.pdf", "v.pdf"},
		{"C:\\x/y\\v.pdf", "v.pdf"},
		{"a\\b/v.pdf", "v.pdf"},
		{"x/", ""},
		{"", ""},
	};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(names); i++) {
		struct form f;
		struct gw_arena arena;
		char body[300];
		snprintf(body, sizeof(body), FILE_PART "\"%s\"\r\n\r\n%%PDF\r\n--\r\n\r\n" END, names[i].sent);
		assert_int_equal(parse(&f, &arena, MULTIPART, gw_span_of(body)), GW_OK);
		assert_string_equal(f.input.file_name, names[i].name);
		assert_true(gw_span_is(f.input.file, "%PDF\r\n--\r\n"));
		assert_true(f.input.file.p > body && f.input.file.p < body + sizeof(body));
		gw_arena_release(&arena);
	}
}

static void an_empty_file_is_none(void **state) {
	static const char body[] = FILE_PART "\"\"\r\n\r\n\r\n" END;
	struct form f;
	struct gw_arena arena;
	GW_UNUSED(state);
	assert_int_equal(parse(&f, &arena, MULTIPART, gw_span_of(body)), GW_OK);
	assert_null(f.input.file.p);
	gw_arena_release(&arena);
}

/* A body of n times `piece`, then `last`; the caller frees it. */
static struct gw_span repeated(const char *piece, size_t n, const char *last) {
	size_t one = strlen(piece), all = one * n + strlen(last);
	char *text = malloc(all + 1);
	assert_non_null(text);
	for (size_t i = 0; i < n; i++) {
		memcpy(text + i * one, piece, one);
	}
	memcpy(text + one * n, last, strlen(last) + 1);
	return (struct gw_span){text, all};
}

static void form_limits(void **state) {
	static const struct {
		const char *piece;
		size_t n;
		const char *last;
		enum gw_code wanted;
	} cases[] = {
		{"x", 64, "=1", GW_OK},
		{"x", 65, "=1", GW_E_INPUT},
		{"a=1&", 1000, "b=2", GW_OK},
		{"b=", 1, "", GW_OK},
		{"a=1234567890&", 2000, "b=2", GW_E_INPUT}, /* joined: too large for the arena */
		{"csrf=&", 2, "", GW_E_INPUT},
		{"a=&", 100000, "b=2", GW_OK},
	};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(cases); i++) {
		struct form f;
		struct gw_arena arena;
		struct gw_span body = repeated(cases[i].piece, cases[i].n, cases[i].last);
		assert_int_equal(parse(&f, &arena, URLENCODED, body), cases[i].wanted);
		gw_arena_release(&arena);
		free((char *)(uintptr_t)body.p);
	}
}

static void a_value_has_64_kilobytes_at_most(void **state) {
	GW_UNUSED(state);
	for (size_t n = 65536; n <= 65537; n++) {
		struct form f;
		struct gw_arena arena;
		struct gw_span body = repeated("v", n + 2, "");
		memcpy((char *)(uintptr_t)body.p, "a=", 2);
		assert_int_equal(parse(&f, &arena, URLENCODED, body), n == 65536 ? GW_OK : GW_E_INPUT);
		gw_arena_release(&arena);
		free((char *)(uintptr_t)body.p);
	}
}

static void a_form_has_256_fields_at_most(void **state) {
	GW_UNUSED(state);
	for (size_t n = VASH_PAIRS_MAX; n <= VASH_PAIRS_MAX + 1; n++) {
		struct form f;
		struct gw_arena arena;
		char body[VASH_PAIRS_MAX * 8 + 16] = "";
		for (size_t i = 0, at = 0; i < n; i++) {
			at += (size_t)snprintf(body + at, sizeof(body) - at, "%sf%zu=1", i ? "&" : "", i);
		}
		assert_int_equal(parse(&f, &arena, URLENCODED, gw_span_of(body)),
				 n == VASH_PAIRS_MAX ? GW_OK : GW_E_INPUT);
		gw_arena_release(&arena);
	}
}

/* ---- sessions ---- */

#define CERT_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define CERT_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static const struct web_session_limits long_limits = {3600000, 3600000};

static struct web_sessions *new_store(size_t max) {
	struct web_sessions *s;
	assert_int_equal(web_sessions_new(max, &s, NULL), GW_OK);
	return s;
}

static enum gw_code log_in(struct web_sessions *s, struct session *session, int64_t record) {
	return web_session_login(s, session, record, "", NULL);
}

static struct session begun(struct web_sessions *s, const char *cert, int64_t login) {
	struct session one;
	assert_int_equal(web_session_begin(s, cert, &one, NULL), GW_OK);
	if (login) {
		assert_int_equal(log_in(s, &one, login), GW_OK);
	}
	return one;
}

static bool is_found(struct web_sessions *s, const struct session *one) {
	struct session out;
	return web_session_find(s, gw_span_of(one->token), one->cert, &long_limits, &out);
}

static void a_session_is_found_by_its_token_and_certificate(void **state) {
	struct session out;
	struct web_sessions *s = new_store(4);
	struct session a = begun(s, CERT_A, 7);
	GW_UNUSED(state);
	assert_int_equal(strlen(a.token), 43);
	assert_string_not_equal(a.token, a.csrf);
	assert_true(web_session_find(s, gw_span_of(a.token), CERT_A, &long_limits, &out));
	assert_int_equal(out.login_record, 7);
	assert_false(web_session_find(s, gw_span_of(a.token), CERT_B, &long_limits, &out));
	assert_false(web_session_find(s, gw_span_of(a.token), "", &long_limits, &out));
	assert_false(web_session_find(s, gw_span_of(a.csrf), CERT_A, &long_limits, &out));
	assert_false(web_session_find(s, gw_span_of(""), CERT_A, &long_limits, &out));
	assert_false(web_session_find(s, (struct gw_span){a.token, 42}, CERT_A, &long_limits, &out));
	assert_true(is_found(s, &a)); /* a thief has not ended it */
	web_sessions_free(s);
}

static void a_login_leaves_nothing_of_what_was_known_before(void **state) {
	struct web_sessions *s = new_store(4);
	struct session before = begun(s, CERT_A, 0), after = before;
	GW_UNUSED(state);
	assert_int_equal(log_in(s, &after, 7), GW_OK);
	assert_string_not_equal(before.token, after.token);
	assert_string_not_equal(before.csrf, after.csrf);
	assert_false(is_found(s, &before));
	assert_true(is_found(s, &after));
	assert_false(web_session_csrf_ok(&after, before.csrf));
	web_sessions_free(s);
}

static void a_session_ends(void **state) {
	struct web_sessions *s = new_store(4);
	struct session a = begun(s, CERT_A, 7), b = begun(s, CERT_A, 7);
	GW_UNUSED(state);
	web_session_end(s, &a);
	assert_false(is_found(s, &a));
	assert_true(is_found(s, &b));
	web_session_end(s, &a);
	assert_true(is_found(s, &b));
	/* one that was ended meanwhile does not come back by a login */
	web_session_end(s, &b);
	assert_int_equal(log_in(s, &b, 8), GW_OK);
	assert_false(is_found(s, &b));
	web_sessions_free(s);
}

/* Limits of -1: any time is over. */
static void a_session_ends_by_silence_and_by_age(void **state) {
	static const struct web_session_limits ends[] = {{-1, 3600000}, {3600000, -1}};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(ends); i++) {
		struct session out;
		struct web_sessions *s = new_store(4);
		struct session a = begun(s, CERT_A, 7);
		assert_true(is_found(s, &a));
		assert_false(web_session_find(s, gw_span_of(a.token), CERT_A, &ends[i], &out));
		assert_false(is_found(s, &a)); /* and is not there for a longer limit either */
		web_sessions_free(s);
	}
}

static void a_session_that_has_run_out_says_its_language_to_its_own_only(void **state) {
	static const struct web_session_limits over = {-1, 3600000};
	GW_UNUSED(state);
	for (int stranger = 0; stranger < 2; stranger++) {
		struct session out;
		struct web_sessions *s = new_store(4);
		struct session a = begun(s, CERT_A, 7);
		web_session_speak(s, &a, true);
		assert_false(web_session_find(s, gw_span_of(a.token), stranger ? CERT_B : CERT_A, &over, &out));
		assert_int_equal(out.english, !stranger);
		assert_int_equal(out.created_mono_ms != 0, !stranger);
		assert_int_equal(out.login_record, 0);
		assert_int_equal(out.token[0], '\0');
		web_sessions_free(s);
	}
}

static void a_login_does_not_make_a_session_younger(void **state) {
	struct web_sessions *s = new_store(4);
	struct session a = begun(s, CERT_A, 0);
	int64_t created = a.created_mono_ms = a.created_mono_ms - 1000;
	GW_UNUSED(state);
	assert_int_equal(log_in(s, &a, 7), GW_OK);
	assert_int_equal(a.created_mono_ms, created);
	web_sessions_free(s);
}

static void a_full_store_gives_up_visitors_first(void **state) {
	struct web_sessions *s = new_store(3);
	struct session login = begun(s, CERT_A, 7), person = begun(s, CERT_B, 0), visitor = begun(s, "", 0);
	GW_UNUSED(state);
	for (int i = 0; i < 10; i++) { /* a flood without certificates */
		struct session next = begun(s, "", 0);
		assert_true(is_found(s, &next));
	}
	assert_false(is_found(s, &visitor));
	assert_true(is_found(s, &person));
	assert_true(is_found(s, &login));
	struct session other = begun(s, CERT_A, 0), third = begun(s, CERT_A, 0);
	assert_true(is_found(s, &login));
	assert_true(is_found(s, &third));
	assert_int_equal(is_found(s, &person) + is_found(s, &other), 1);
	web_sessions_free(s);
}

static void a_form_token_is_compared_whole(void **state) {
	struct web_sessions *s = new_store(1);
	struct session a = begun(s, CERT_A, 0);
	char other[SESSION_TOKEN + 8];
	GW_UNUSED(state);
	assert_true(web_session_csrf_ok(&a, a.csrf));
	assert_false(web_session_csrf_ok(&a, ""));
	assert_false(web_session_csrf_ok(&a, a.token));
	snprintf(other, sizeof(other), "%.42s", a.csrf);
	assert_false(web_session_csrf_ok(&a, other));
	snprintf(other, sizeof(other), "%sA", a.csrf);
	assert_false(web_session_csrf_ok(&a, other));
	web_sessions_free(s);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_good_forms),
		cmocka_unit_test(refuses_malformed_forms),
		cmocka_unit_test(reads_a_file),
		cmocka_unit_test(an_empty_file_is_none),
		cmocka_unit_test(form_limits),
		cmocka_unit_test(a_value_has_64_kilobytes_at_most),
		cmocka_unit_test(a_form_has_256_fields_at_most),
		cmocka_unit_test(a_session_is_found_by_its_token_and_certificate),
		cmocka_unit_test(a_login_leaves_nothing_of_what_was_known_before),
		cmocka_unit_test(a_session_ends),
		cmocka_unit_test(a_session_ends_by_silence_and_by_age),
		cmocka_unit_test(a_session_that_has_run_out_says_its_language_to_its_own_only),
		cmocka_unit_test(a_login_does_not_make_a_session_younger),
		cmocka_unit_test(a_full_store_gives_up_visitors_first),
		cmocka_unit_test(a_form_token_is_compared_whole),
	};
	return cmocka_run_group_tests_name("web", tests, NULL, NULL);
}
