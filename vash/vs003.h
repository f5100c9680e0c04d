/* vash/vs003.h - the screen after login (FZ 3.3.3, 5.1) and the head of every screen (4.4.3). */
#ifndef GW_VASH_VS003_H
#define GW_VASH_VS003_H
#include "vash/procedure.h"

/* Who is logged in, for the head of the page. */
void vs003_login(struct vash_turn *t);
/* Links to the procedures that the login may use. */
GW_NODISCARD enum gw_code vs003_show(struct vash_turn *t);
/* May the login read the application and the file of this record: his own, the independent user's for whom he acts, or
 * as the administrator of its group, in whichever of his groups he is logged in? */
GW_NODISCARD enum gw_code vs003_may_read(struct vash_turn *t, const struct vash_record *r, bool *may);
#endif
