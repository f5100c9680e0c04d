#include "vash/change.h"

struct vash_write *vash_change_add(struct vash_change *c, struct gw_arena *arena, enum vash_write_kind kind) {
	if (c->count == c->room) {
		size_t room = c->room ? c->room * 2 : 16;
		struct vash_write *more = room <= VASH_WRITES_MAX ? gw_arena_array(arena, room, sizeof(*more)) : NULL;
		if (!more) {
			arena->failed = true;
			return NULL;
		}
		if (c->count) {
			memcpy(more, c->write, c->count * sizeof(*more));
		}
		c->write = more;
		c->room = room;
	}
	struct vash_write *w = &c->write[c->count++];
	w->kind = kind;
	return w;
}
