/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What those in a call show, and who watches it. */
#include "ghc-call-private.h"

#include "ghc-share.h"

static void
add_viewer (GPtrArray *viewers, GhcShare *share, GhcCallMember *member)
{
  if (member != ghc_share_get_member (share) && !g_ptr_array_find (viewers, member, NULL))
    g_ptr_array_add (viewers, g_object_ref (member));
}

/* While the server is away, and until all are back, whoever watched goes on. */
static void
add_held_viewers (GhcCall *self, GhcShare *share, GPtrArray *viewers)
{
  GListModel *before = ghc_share_get_viewers (share);

  for (guint i = 0; i < g_list_model_get_n_items (before); i++)
    {
      g_autoptr (GhcCallMember) member = g_list_model_get_item (before, i);

      if (ghc_call_lookup_member (self, ghc_call_member_get_member_id (member)) == member)
        add_viewer (viewers, share, member);
    }
}

static void
fold_share (GhcCall *self, GhcCallMember *member, const GhcCallShow *show)
{
  g_autoptr (GPtrArray) viewers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) told = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GhcShare) share = NULL;

  if (!g_set_object (&share, ghc_call_member_get_share (member, show->kind)))
    share = ghc_share_new (member, show->kind);

  if (ghc_call_get_holding (self))
    add_held_viewers (self, share, viewers);
  for (guint i = 0; show->viewers != NULL && show->viewers[i] != NULL; i++)
    {
      GhcCallMember *viewer = ghc_call_lookup_member (self, show->viewers[i]);

      if (viewer == NULL)
        continue;
      add_viewer (viewers, share, viewer);
      add_viewer (told, share, viewer);
    }
  ghc_share_fold (share, show->has_sound, viewers, told);
  ghc_call_member_set_share (member, show->kind, share);
}

static gboolean
shows (const GhcCallStay *stay, GhcShareKind kind)
{
  for (guint i = 0; i < stay->n_shows; i++)
    if (stay->shows[i].kind == kind)
      return TRUE;

  return FALSE;
}

/**
 * ghc_call_fold_shares:
 *
 * A share that goes on stays the same object.
 */
void
ghc_call_fold_shares (GhcCall *self, const GhcCallDescription *description)
{
  for (guint i = 0; i < description->n_stays; i++)
    {
      const GhcCallStay *stay = &description->stays[i];
      GhcCallMember *member = ghc_call_lookup_member (self, stay->member_id);

      if (member == NULL)
        continue;
      ghc_call_member_set_may_share (member, stay->may_share);
      for (guint j = 0; j < stay->n_shows; j++)
        fold_share (self, member, &stay->shows[j]);
      if (!shows (stay, GHC_SHARE_SCREEN))
        ghc_call_member_set_share (member, GHC_SHARE_SCREEN, NULL);
      if (!shows (stay, GHC_SHARE_CAMERA))
        ghc_call_member_set_share (member, GHC_SHARE_CAMERA, NULL);
    }
}

/**
 * ghc_call_release_shares:
 *
 * Only those whom the server names watch.
 */
void
ghc_call_release_shares (GhcCall *self)
{
  GListModel *members = ghc_call_get_members (self);

  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (GhcCallMember) member = g_list_model_get_item (members, i);

      if (ghc_call_member_get_screen (member) != NULL)
        ghc_share_release (ghc_call_member_get_screen (member));
      if (ghc_call_member_get_camera (member) != NULL)
        ghc_share_release (ghc_call_member_get_camera (member));
    }
}

/**
 * ghc_call_end_shares:
 * @member: not in the call any more
 *
 * Two who watched each other do not keep each other alive.
 */
void
ghc_call_end_shares (GhcCallMember *member)
{
  ghc_call_member_set_share (member, GHC_SHARE_SCREEN, NULL);
  ghc_call_member_set_share (member, GHC_SHARE_CAMERA, NULL);
}
