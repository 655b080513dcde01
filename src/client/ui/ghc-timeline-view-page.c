/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the view shows: the conversation, or what is there instead of it. */
#include "ghc-timeline-view-private.h"

#include <glib/gi18n.h>

/* What takes longer than this shows a spinner. */
#define SPINNER_DELAY_MS 300

static void
on_spinner_due (gpointer data)
{
  GhcTimelineView *self = data;

  self->spinner_source = 0;
  gtk_stack_set_visible_child_name (self->stack, "loading");
}

static void
describe_empty (GhcTimelineView *self)
{
  gboolean can_send = self->channel == NULL || ghc_channel_get_can_send (self->channel);
  gboolean voice = self->channel != NULL && ghc_channel_get_kind (self->channel) == GHC_CHANNEL_VOICE;

  /* In a voice channel the call has most of the room. */
  adw_status_page_set_icon_name (self->empty_page, voice ? NULL : "channel-text-symbolic");
  adw_status_page_set_description (self->empty_page,
                                   can_send ? _ ("Nobody has written here yet. Say hello!")
                                            : _ ("Nobody has written here yet."));
}

static const char *
choose_page (GhcTimelineView *self)
{
  const char *error;

  if (self->timeline == NULL)
    return "nothing";
  if (ghc_timeline_view_count_items (self) > 0)
    return "list";

  error = ghc_timeline_get_load_error (self->timeline);
  if (error != NULL)
    {
      adw_status_page_set_description (self->error_page, error);
      return "error";
    }
  if (ghc_timeline_get_empty (self->timeline))
    {
      describe_empty (self);
      return "empty";
    }

  self->spinner_source = g_timeout_add_once (SPINNER_DELAY_MS, on_spinner_due, self);
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "loading") == 0)
    return "loading";
  return "nothing";
}

void
ghc_timeline_view_update_page (GhcTimelineView *self)
{
  g_clear_handle_id (&self->spinner_source, g_source_remove);
  gtk_stack_set_visible_child_name (self->stack, choose_page (self));
  gtk_revealer_set_reveal_child (self->older_revealer,
                                 self->timeline != NULL
                                   && ghc_timeline_get_loading_older (self->timeline));
  ghc_timeline_view_update_latest (self);
}
