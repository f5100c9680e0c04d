#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "gateway/mail/mail_message.h"
#include "vash/net_address.h"

static struct mail_message plain(void) {
	return (struct mail_message){.id = 7,
				     .created_utc_s = 1795269600,
				     .origin = "abc123",
				     .from = "vashgate@sodisce.example",
				     .to = "ana@example.si",
				     .subject = "Registration approved",
				     .body = "Hello\n"};
}

/* The text of a message; the caller frees. */
static char *build(const struct mail_message *m) {
	struct gw_buf out;
	struct gw_err err = {0};
	gw_buf_init(&out, 1 << 20);
	if (mail_message_build(m, &out, &err) != GW_OK) {
		gw_buf_release(&out);
		fail_msg("%s", err.msg);
	}
	assert_int_equal(strlen(gw_buf_cstr(&out)), out.len);
	return out.data;
}

static enum gw_code refused(const struct mail_message *m) {
	GW_AUTO(buf) struct gw_buf out;
	gw_buf_init(&out, 1 << 20);
	enum gw_code rc = mail_message_build(m, &out, NULL);
	assert_true(rc == GW_OK || out.len == 0);
	return rc;
}

static void check_lines(const char *text) {
	for (const char *p = text; *p;) {
		const char *end = strstr(p, "\r\n");
		assert_non_null(end);
		assert_null(memchr(p, '\n', (size_t)(end - p)));
		assert_null(memchr(p, '\r', (size_t)(end - p)));
		assert_true(end - p <= 76 && (end == p || end[-1] != ' '));
		for (const char *c = p; c < end; c++) {
			assert_in_range((unsigned char)*c, ' ', '~');
		}
		p = end + 2;
	}
}

static void writes_the_header_and_the_body(void **state) {
	GW_UNUSED(state);
	struct mail_message m = plain();
	char *text = build(&m);
	assert_string_equal(text, "Date: Sat, 21 Nov 2026 14:00:00 +0000\r\n"
				  "From: <vashgate@sodisce.example>\r\n"
				  "To: <ana@example.si>\r\n"
				  "Subject: Registration approved\r\n"
				  "Message-ID: <outbox.7.1795269600.abc123@sodisce.example>\r\n"
				  "Auto-Submitted: auto-generated\r\n"
				  "MIME-Version: 1.0\r\n"
				  "Content-Type: text/plain; charset=utf-8\r\n"
				  "Content-Transfer-Encoding: quoted-printable\r\n"
				  "\r\n"
				  "Hello\r\n");
	free(text);
}

static void gives_the_same_bytes_again_and_other_ids_other_names(void **state) {
	GW_UNUSED(state);
	struct mail_message m = plain(), other = plain();
	other.id = 8;
	char *first = build(&m), *second = build(&m), *third = build(&other);
	assert_string_equal(first, second);
	assert_non_null(strstr(third, "<outbox.8.1795269600.abc123@sodisce.example>"));
	free(first);
	free(second);
	free(third);
}

/* Takes "=XX" and soft breaks back; `underscores`: "_" is a blank (RFC 2047). */
static void decode(const char *p, bool underscores, char *out) {
	while (*p) {
		uint8_t byte;
		if (strncmp(p, "=\r\n", 3) == 0) {
			p += 3;
		} else if (*p == '=') {
			assert_true(gw_unhex(p + 1, 2, &byte, 1));
			*out++ = (char)byte;
			p += 3;
		} else {
			*out++ = underscores && *p == '_' ? ' ' : *p;
			p++;
		}
	}
	*out = '\0';
}

static void decode_subject(const char *text, char *out) {
	const char *at = strstr(text, "Subject:") + strlen("Subject:");
	const char *end = strstr(at, "Message-ID:");
	*out = '\0';
	while ((at = strstr(at, " =?UTF-8?Q?")) != NULL && at < end) {
		char word[128];
		at += strlen(" =?UTF-8?Q?");
		const char *close = strstr(at, "?=\r\n");
		assert_true(close && gw_copy(word, sizeof(word), at, (size_t)(close - at)));
		assert_true(close - at <= 63);
		decode(word, true, out + strlen(out));
		size_t n = strlen(out);
		for (size_t i = 0, more; i < n; i += more) { /* no character is split between words */
			more = gw_utf8_len((const uint8_t *)out + i, n - i);
			assert_int_not_equal(more, 0);
		}
	}
}

static void carries_any_subject(void **state) {
	GW_UNUSED(state);
	static const char *const subjects[] = {
		"Vloga zavrnjena: č š ž Č Š Ž",
		"čššžčššžčššžčššžčššžčššžčššžčššžčššžčššžčššžčššžčššžčššžčššžčššžčššžčššž",
		"1ččččččččččččččččččččččččč",
		"12čččččččččččččččččččččččč",
		"=?UTF-8?Q?looks_encoded?=",
		"a subject in plain ASCII that is longer than one line of a header may be according to RFC 2047",
		"blanks  and_underscores = question? 😀 mark",
		"č"};
	for (size_t i = 0; i < GW_COUNT(subjects); i++) {
		char found[512];
		struct mail_message m = plain();
		m.subject = subjects[i];
		char *text = build(&m);
		check_lines(text);
		decode_subject(text, found);
		assert_string_equal(found, subjects[i]);
		free(text);
	}
}

static void carries_any_body(void **state) {
	GW_UNUSED(state);
	char same[200];
	memset(same, 'x', sizeof(same) - 1);
	same[sizeof(same) - 1] = '\0';
	static const struct {
		const char *body, *carried;
	} rows[] = {{"č š ž Č Š Ž đ ć\n", "č š ž Č Š Ž đ ć\r\n"},
		    {".\n..\n.x\n", ".\r\n..\r\n.x\r\n"},
		    {"a = b\tc\n", "a = b\tc\r\n"},
		    {"blank \ntab\t\nend ", "blank \r\ntab\t\r\nend \r\n"},
		    {"dos\r\nunix\nbare\rreturn\n", "dos\r\nunix\r\nbare\rreturn\r\n"},
		    {"bell\a null-less\x7f\n", "bell\a null-less\x7f\r\n"},
		    {"\n\n", "\r\n\r\n"},
		    {"", ""}};
	char found[1024];
	for (size_t i = 0; i < GW_COUNT(rows); i++) {
		struct mail_message m = plain();
		m.body = rows[i].body;
		char *text = build(&m);
		check_lines(text);
		decode(strstr(text, "\r\n\r\n") + 4, false, found);
		assert_string_equal(found, rows[i].carried);
		free(text);
	}
	for (size_t n = 70; n < 80; n++) { /* around the end of a line */
		struct mail_message m = plain();
		char body[256], carried[256];
		snprintf(body, sizeof(body), "%.*sč%.*s\n", (int)n, same, (int)n, same);
		snprintf(carried, sizeof(carried), "%.*sč%.*s\r\n", (int)n, same, (int)n, same);
		m.body = body;
		char *text = build(&m);
		check_lines(text);
		decode(strstr(text, "\r\n\r\n") + 4, false, found);
		assert_string_equal(found, carried);
		free(text);
	}
}

static void fills_a_line_of_76_without_a_soft_break(void **state) {
	GW_UNUSED(state);
	struct mail_message m = plain();
	char body[128];
	for (int n = 76; n <= 77; n++) {
		snprintf(body, sizeof(body), "%0*d\n", n, 0);
		m.body = body;
		char *text = build(&m);
		assert_int_equal(strstr(text, "=\r\n") != NULL, n == 77);
		free(text);
	}
}

static void refuses_addresses_that_could_say_more(void **state) {
	GW_UNUSED(state);
	static const char *const bad[] = {"",
					  "ana",
					  "@example.si",
					  "ana@",
					  "ana@example.si\r\nBcc: x@y.si",
					  "ana@example.si\n",
					  "ana\r\nRCPT TO:<x@y.si>@example.si",
					  "ana@example.si>",
					  "<ana@example.si>",
					  "ana@example.si, eva@example.si",
					  "ana@example.si SIZE=1",
					  "\"ana eva\"@example.si",
					  "ana@[127.0.0.1]",
					  "ana@example..si",
					  "ana@-example.si",
					  "ana@example-.si",
					  "ana@example.si.",
					  ".ana@example.si",
					  "ana.@example.si",
					  "a..na@example.si",
					  "ana@eva@example.si",
					  "žana@example.si",
					  "ana@čebela.si"};
	for (size_t i = 0; i < GW_COUNT(bad); i++) {
		struct mail_message m = plain();
		assert_false(vash_email_ok(bad[i]));
		m.to = bad[i];
		assert_int_equal(refused(&m), GW_E_INPUT);
		m = plain();
		m.from = bad[i];
		assert_int_equal(refused(&m), GW_E_INPUT);
	}
	static const char *const good[] = {"ana@example.si", "ana.novak+vash@a-b.example.si", "o'neil_1@x.si",
					   "root@localhost"};
	for (size_t i = 0; i < GW_COUNT(good); i++) {
		struct mail_message m = plain();
		m.to = good[i];
		assert_true(vash_email_ok(good[i]));
		assert_int_equal(refused(&m), GW_OK);
	}
}

static void bounds_the_parts_of_an_address(void **state) {
	GW_UNUSED(state);
	char address[400];
	for (int n = 64; n <= 65; n++) {
		snprintf(address, sizeof(address), "%0*d@example.si", n, 0);
		assert_int_equal(vash_email_ok(address), n == 64);
	}
	for (int n = 63; n <= 64; n++) {
		snprintf(address, sizeof(address), "ana@%0*d.si", n, 0);
		assert_int_equal(vash_email_ok(address), n == 63);
	}
	for (int n = 58; n <= 59; n++) {
		snprintf(address, sizeof(address), "ana@%063d.%063d.%063d.%0*d", 0, 0, 0, n, 0);
		assert_int_equal(vash_email_ok(address), strlen(address) <= VASH_EMAIL_MAX);
	}
}

static void refuses_subjects_that_could_say_more(void **state) {
	GW_UNUSED(state);
	static const char *const bad[] = {"a\r\nBcc: x@y.si", "a\nb", "a\rb", "a\tb", "a\x7f", "a\xc4", "\xff"};
	for (size_t i = 0; i < GW_COUNT(bad); i++) {
		struct mail_message m = plain();
		m.subject = bad[i];
		assert_int_equal(refused(&m), GW_E_INPUT);
		m.subject = "a b";
		assert_int_equal(refused(&m), GW_OK);
	}
}

static void fails_when_the_ceiling_is_too_low(void **state) {
	GW_UNUSED(state);
	struct mail_message m = plain();
	struct gw_err err = {0};
	GW_AUTO(buf) struct gw_buf out;
	gw_buf_init(&out, 300);
	assert_int_not_equal(mail_message_build(&m, &out, &err), GW_OK);
	assert_true(err.msg[0] && out.len <= 300);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_the_header_and_the_body),
		cmocka_unit_test(gives_the_same_bytes_again_and_other_ids_other_names),
		cmocka_unit_test(carries_any_subject),
		cmocka_unit_test(carries_any_body),
		cmocka_unit_test(fills_a_line_of_76_without_a_soft_break),
		cmocka_unit_test(refuses_addresses_that_could_say_more),
		cmocka_unit_test(bounds_the_parts_of_an_address),
		cmocka_unit_test(refuses_subjects_that_could_say_more),
		cmocka_unit_test(fails_when_the_ceiling_is_too_low),
	};
	return cmocka_run_group_tests_name("mail", tests, NULL, NULL);
}
