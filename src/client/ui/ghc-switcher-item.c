/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-switcher-item.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ghc-channel-row.h"

/* How well a name fits what was typed; the distances keep a better kind of match above any boost. */
#define SCORE_WHOLE 500
#define SCORE_PREFIX 400
#define SCORE_WORD 300
#define SCORE_INSIDE 200
#define SCORE_SCATTERED 100

/**
 * GhcSwitcherItem:
 *
 * Somewhere to go, or something to do, in the quick switcher; knows how well it fits what is typed.
 */
struct _GhcSwitcherItem
{
  GObject parent_instance;

  GhcSwitcherKind kind;
  GhcSession *session;
  GhcGuild *guild;
  GObject *object; /* the channel, guild or person */
  char *title;
  char *subtitle;
  char *folded; /* the title, case-folded */
  const char *icon_name;
  const char *action_name;
  int boost;
  int score;
};

G_DEFINE_FINAL_TYPE (GhcSwitcherItem, ghc_switcher_item, G_TYPE_OBJECT)

static gboolean
is_scattered (const char *needle, const char *text)
{
  for (; *needle != '\0'; needle = g_utf8_next_char (needle))
    {
      text = g_utf8_strchr (text, -1, g_utf8_get_char (needle));
      if (text == NULL)
        return FALSE;
      text = g_utf8_next_char (text);
    }
  return TRUE;
}

static int
rate (const char *text, const char *needle)
{
  const char *found = strstr (text, needle);

  if (g_str_equal (text, needle))
    return SCORE_WHOLE;
  if (found == text)
    return SCORE_PREFIX;
  for (; found != NULL; found = strstr (found + 1, needle))
    {
      const char *before = g_utf8_prev_char (found);

      if (!g_unichar_isalnum (g_utf8_get_char (before)))
        return SCORE_WORD;
    }
  if (strstr (text, needle) != NULL)
    return SCORE_INSIDE;
  return is_scattered (needle, text) ? SCORE_SCATTERED : 0;
}

static void
ghc_switcher_item_finalize (GObject *object)
{
  GhcSwitcherItem *self = GHC_SWITCHER_ITEM (object);

  g_clear_object (&self->session);
  g_clear_object (&self->guild);
  g_clear_object (&self->object);
  g_free (self->title);
  g_free (self->subtitle);
  g_free (self->folded);

  G_OBJECT_CLASS (ghc_switcher_item_parent_class)->finalize (object);
}

static void
ghc_switcher_item_class_init (GhcSwitcherItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghc_switcher_item_finalize;
}

static void
ghc_switcher_item_init (GhcSwitcherItem *self)
{
}

static GhcSwitcherItem *
item_new (GhcSwitcherKind kind, GhcSession *session, GhcGuild *guild, gpointer object,
          const char *title)
{
  GhcSwitcherItem *self = g_object_new (GHC_TYPE_SWITCHER_ITEM, NULL);

  self->kind = kind;
  g_set_object (&self->session, session);
  g_set_object (&self->guild, guild);
  g_set_object (&self->object, object);
  self->title = g_strdup (title);
  self->folded = g_utf8_casefold (title, -1);
  return self;
}

/**
 * ghc_switcher_item_new_channel:
 * @boost: below 100; puts it before equally good matches, and above 0 it is listed before anything
 *   is typed
 */
GhcSwitcherItem *
ghc_switcher_item_new_channel (GhcSession *session, GhcChannel *channel, int boost)
{
  GhcGuild *guild = ghc_channel_get_guild (channel);
  GhcSwitcherItem *self = item_new (GHC_SWITCHER_CHANNEL, session, guild, channel,
                                    ghc_channel_get_name (channel));

  self->subtitle = g_strdup (guild != NULL ? ghc_guild_get_name (guild) : "");
  self->icon_name = ghc_channel_row_get_icon_name (channel);
  self->boost = boost;
  return self;
}

GhcSwitcherItem *
ghc_switcher_item_new_guild (GhcSession *session, GhcGuild *guild)
{
  GhcSwitcherItem *self = item_new (GHC_SWITCHER_GUILD, session, guild, guild,
                                    ghc_guild_get_name (guild));

  self->subtitle = g_strdup (_ ("Guild"));
  self->boost = 1;
  return self;
}

GhcSwitcherItem *
ghc_switcher_item_new_person (GhcSession *session, GhcGuild *guild, GhcUser *user)
{
  GhcSwitcherItem *self = item_new (GHC_SWITCHER_PERSON, session, guild, user,
                                    ghc_user_get_display_name (user));
  g_autofree char *both = g_strdup_printf ("%s %s", ghc_user_get_display_name (user),
                                           ghc_user_get_username (user));

  self->subtitle = g_strdup (ghc_user_get_user_id (user));
  g_free (self->folded);
  self->folded = g_utf8_casefold (both, -1);
  return self;
}

/**
 * ghc_switcher_item_new_action:
 * @icon_name: a static string
 * @action_name: a static string: an action of the main view or the window
 */
GhcSwitcherItem *
ghc_switcher_item_new_action (const char *title, const char *icon_name, const char *action_name)
{
  GhcSwitcherItem *self = item_new (GHC_SWITCHER_ACTION, NULL, NULL, NULL, title);

  self->icon_name = icon_name;
  self->action_name = action_name;
  return self;
}

GhcSwitcherKind
ghc_switcher_item_get_kind (GhcSwitcherItem *self)
{
  g_return_val_if_fail (GHC_IS_SWITCHER_ITEM (self), 0);

  return self->kind;
}

const char *
ghc_switcher_item_get_title (GhcSwitcherItem *self)
{
  g_return_val_if_fail (GHC_IS_SWITCHER_ITEM (self), NULL);

  return self->title;
}

const char *
ghc_switcher_item_get_subtitle (GhcSwitcherItem *self)
{
  g_return_val_if_fail (GHC_IS_SWITCHER_ITEM (self), NULL);

  return self->subtitle;
}

const char *
ghc_switcher_item_get_icon_name (GhcSwitcherItem *self)
{
  g_return_val_if_fail (GHC_IS_SWITCHER_ITEM (self), NULL);

  return self->icon_name;
}

const char *
ghc_switcher_item_get_action_name (GhcSwitcherItem *self)
{
  g_return_val_if_fail (GHC_IS_SWITCHER_ITEM (self), NULL);

  return self->action_name;
}

GhcSession *
ghc_switcher_item_get_session (GhcSwitcherItem *self)
{
  g_return_val_if_fail (GHC_IS_SWITCHER_ITEM (self), NULL);

  return self->session;
}

GhcGuild *
ghc_switcher_item_get_guild (GhcSwitcherItem *self)
{
  g_return_val_if_fail (GHC_IS_SWITCHER_ITEM (self), NULL);

  return self->guild;
}

/**
 * ghc_switcher_item_get_object:
 *
 * Returns: (transfer none) (nullable): the #GhcChannel, #GhcGuild or #GhcUser, by the kind
 */
gpointer
ghc_switcher_item_get_object (GhcSwitcherItem *self)
{
  g_return_val_if_fail (GHC_IS_SWITCHER_ITEM (self), NULL);

  return self->object;
}

/**
 * ghc_switcher_item_get_score:
 *
 * Returns: how well it fits what was last given to ghc_switcher_item_rate(); 0 when not at all
 */
int
ghc_switcher_item_get_score (GhcSwitcherItem *self)
{
  g_return_val_if_fail (GHC_IS_SWITCHER_ITEM (self), 0);

  return self->score;
}

/**
 * ghc_switcher_item_rate:
 * @needle: (nullable): what was typed, case-folded; %NULL for nothing
 */
void
ghc_switcher_item_rate (GhcSwitcherItem *self, const char *needle)
{
  g_return_if_fail (GHC_IS_SWITCHER_ITEM (self));

  if (needle == NULL)
    {
      self->score = self->boost;
      return;
    }
  self->score = rate (self->folded, needle);
  if (self->score > 0)
    self->score += self->boost;
}
