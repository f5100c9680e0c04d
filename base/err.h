/* base/err.h - the error object, scope cleanup, ownership hand-over.
 *
 * A function that can fail returns enum gw_code and takes `struct gw_err *err` last.
 * A "no" (certificate rejected, call denied) is a result, never an error: an error means
 * that the question could not be answered. `err` may be NULL where the text is of no use. */
#ifndef GW_BASE_ERR_H
#define GW_BASE_ERR_H

enum gw_code {
	GW_OK = 0,
	GW_E_INPUT,    /* bytes or arguments from outside are wrong */
	GW_E_DENIED,   /* made in gateway/ from a verdict, never deeper */
	GW_E_NOTFOUND, /* the thing asked for does not exist */
	GW_E_CONFLICT, /* exists already, or another version */
	GW_E_RETRY,    /* full, busy, shutting down: later may work */
	GW_E_UPSTREAM, /* a peer service failed */
	GW_E_STORE,    /* database or disk */
	GW_E_CONFIG,   /* configuration, key or anchor file */
	GW_E_NOMEM,
	GW_E_BUG
};

struct gw_err { /* caller's storage, no allocation */
	enum gw_code code;
	int line;
	const char *file; /* static */
	char msg[256];	  /* lower case, what failed first, subject in single quotes, no full stop */
};

#define GW_NODISCARD __attribute__((warn_unused_result))
#define GW_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* Record the first cause in *err (later calls keep it) and return `code`. */
#define gw_fail(err, code, ...) gw_fail_at((err), (code), __FILE__, __LINE__, __VA_ARGS__)
enum gw_code gw_fail_at(struct gw_err *err, enum gw_code code, const char *file, int line, const char *fmt, ...)
	GW_PRINTF(5, 6);

/* Put "prefix: " before the recorded cause; returns `code`. */
enum gw_code gw_wrap(struct gw_err *err, enum gw_code code, const char *fmt, ...) GW_PRINTF(3, 4);

const char *gw_code_name(enum gw_code code); /* "config", "store", ...; static */

/* GW_AUTO(anchors) struct anchors *a = ...;   calls anchors_free(a) on every exit.
 * Each type defines its cleaner once with GW_DEFINE_AUTO(name, type, free_function). */
#define GW_AUTO(name) __attribute__((cleanup(gw_auto_##name)))
#define GW_DEFINE_AUTO(name, type, release)                                                                            \
	__attribute__((unused)) static inline void gw_auto_##name(type *slot) {                                        \
		if (*slot) {                                                                                           \
			release(*slot);                                                                                \
		}                                                                                                      \
	}

/* Ownership leaves the scope: yields the pointer and clears the variable. */
#define gw_take(slot)                                                                                                  \
	__extension__({                                                                                                \
		__typeof__(*(slot)) gw_taken = *(slot);                                                                \
		*(slot) = 0;                                                                                           \
		gw_taken;                                                                                              \
	})

#define GW_COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define GW_UNUSED(x) ((void)(x))

#endif
