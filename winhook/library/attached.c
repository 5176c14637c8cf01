#include "attached.h"
#include "cover.h"
#include "past.h"
#include "sweep.h"
#include "winhook/row.h"

struct work {
    struct attachment *asked;
    const struct policy *policy;
};

static enum cover_outcome act_on(const struct work *work, SOCKET s)
{
    struct facts facts;
    if (work->asked->act == ATTACHMENT_SET)
        return sweep_cover(s, false);
    cover_find(s, &facts);
    if (work->asked->act == ATTACHMENT_TRY)
        return past_would(work->policy, s, &facts);
    return past_undo(work->policy, s, &facts, work->asked->act == ATTACHMENT_TRY_UNDO);
}

static void visit(SOCKET s, void *context)
{
    const struct work *work = context;
    struct attachment *asked = work->asked;
    enum cover_outcome outcome = act_on(work, s);
    asked->set += outcome == COVER_SET;
    asked->left += outcome == COVER_LEFT;
    asked->refused += outcome == COVER_REFUSED;
    if (outcome == COVER_NOT_TCP || asked->rows == ATTACHMENT_ROWS || !(asked->all || outcome == COVER_REFUSED))
        return;
    struct attachment_row *kept = &asked->row[asked->rows++];
    row_read(s, &kept->row);
    kept->row.number = (int64_t)s;
    kept->outcome = outcome;
}

void attached_look(struct attachment *asked, const struct policy *policy)
{
    struct work work = {asked, policy};
    sweep_look(visit, &work);
}
