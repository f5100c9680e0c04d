/* vash/change.h - what a finished procedure writes: a list that the store applies in one transaction, in its order.
 * Plain structs in the arena of the turn. */
#ifndef GW_VASH_CHANGE_H
#define GW_VASH_CHANGE_H
#include "vash/record.h"

enum vash_write_kind {
	VASH_WRITE_RECORD = 1,	/* a new record [19], with its [19a] and its application */
	VASH_WRITE_STATUS,	/* <19.3> or <19.5> of a record */
	VASH_WRITE_CERTIFICATE, /* <19a.1>, <19a.6>-<19a.9> of a record */
	VASH_WRITE_CLIENT,	/* <19a.2>-<19a.5> of a record */
	VASH_WRITE_SUBJECT,	/* a subject from PRS: new, or its data refreshed */
	VASH_WRITE_MAIL
};

struct vash_write {
	enum vash_write_kind kind;
	int64_t record_id;		 /* STATUS, CERTIFICATE, CLIENT */
	struct vash_membership m;	 /* RECORD; m.status also STATUS */
	int64_t subject_id;		 /* RECORD: whose; 0 = that of the SUBJECT written before */
	struct vash_subject subject;	 /* SUBJECT */
	struct vash_address address;	 /* SUBJECT: [9]; without a country: what is known of it stays */
	bool has_service;		 /* RECORD */
	const char *reason, *note;	 /* STATUS: code of a deletion, and what the user reads */
	bool decision;			 /* STATUS: an administrator decided it; `note` is his reason */
	bool revives;			 /* STATUS: also of a record that has ended (an operator's correction) */
	struct vash_web_service service; /* RECORD, CERTIFICATE, CLIENT */
	bool application;		 /* RECORD: the case's file becomes its application */
	const char *to, *title, *text;	 /* MAIL */
};

enum { VASH_WRITES_MAX = 32768 }; /* an independent user may end with 16,000 authorised persons */
struct vash_change {
	size_t count, room;
	struct vash_write *write;
};

/* NULL: out of memory or too many; arena->failed says so. */
struct vash_write *vash_change_add(struct vash_change *c, struct gw_arena *arena, enum vash_write_kind kind);
#endif
