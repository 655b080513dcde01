/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every flag against every relation that a person can have to a guild and its channels. */
#include "../test-util.h"

#include "gh-permission.h"

#include <string.h>

/* What a row expects for a flag, by the kind of flag. */
typedef struct
{
  gboolean view;          /* VIEW_CHANNELS */
  gboolean content;       /* the others of GH_PERMISSIONS_CONTENT */
  gboolean channels;      /* MANAGE_CHANNELS: can be overridden, but is no content */
  gboolean guild;         /* of the guild as a whole */
  gboolean administrator; /* ADMINISTRATOR */
} Expected;

#define NOBODY { FALSE, FALSE, FALSE, FALSE, FALSE }
#define EVERYTHING { TRUE, TRUE, TRUE, TRUE, TRUE }

typedef enum
{
  MEMBER = 1 << 0,
  OWNER = 1 << 1,
  ADMIN = 1 << 2, /* one of the roles has ADMINISTRATOR */

  EVERYONE = 1 << 3,      /* @everyone has the flag */
  EVERYONE_VIEW = 1 << 4, /* and VIEW_CHANNELS */
  ROLE = 1 << 5,          /* a role has it */
  OTHERS = 1 << 6,        /* a role has all flags but this one and ADMINISTRATOR */

  CHANNEL = 1 << 7,
  PRIVATE = 1 << 8,
  JOINED = 1 << 9,

  EVERYONE_ALLOW = 1 << 10, /* the channel's overrides of the flag */
  EVERYONE_DENY = 1 << 11,
  ROLE_ALLOW = 1 << 12,
  ROLE_DENY = 1 << 13,
  MEMBER_ALLOW = 1 << 14,
  MEMBER_DENY = 1 << 15,
  VIEW_DENY = 1 << 16, /* @everyone may not view the channel */
} Relation;

#define PUBLIC (MEMBER | CHANNEL | EVERYONE_VIEW)
#define INSIDE (MEMBER | CHANNEL | PRIVATE | JOINED)
#define OUTSIDE (MEMBER | CHANNEL | PRIVATE)

static const struct
{
  const char *name;
  int relation;
  Expected expected;
} table[] = {
  { "not in the guild", 0, NOBODY },
  { "not in the guild, whatever is allowed", OWNER | ADMIN | EVERYONE | ROLE, NOBODY },
  { "not in the guild, joined channel", OWNER | CHANNEL | PRIVATE | JOINED | MEMBER_ALLOW, NOBODY },
  { "member with nothing", MEMBER, NOBODY },
  { "member with all others", MEMBER | OTHERS, NOBODY },
  { "owner", MEMBER | OWNER, EVERYTHING },
  { "administrator", MEMBER | ADMIN, EVERYTHING },
  { "everyone may", MEMBER | EVERYONE, EVERYTHING },
  { "a role may", MEMBER | ROLE, EVERYTHING },

  { "public channel", PUBLIC | EVERYONE, EVERYTHING },
  { "public channel, a role may", PUBLIC | ROLE, EVERYTHING },
  { "public channel, nothing but view", PUBLIC, { TRUE, FALSE, FALSE, FALSE, FALSE } },
  { "public channel, owner", MEMBER | OWNER | CHANNEL, EVERYTHING },
  { "public channel, administrator", MEMBER | ADMIN | CHANNEL, EVERYTHING },
  { "everyone denied", PUBLIC | EVERYONE | EVERYONE_DENY, { FALSE, FALSE, FALSE, TRUE, TRUE } },
  { "everyone allowed", PUBLIC | EVERYONE_ALLOW, { TRUE, TRUE, TRUE, FALSE, FALSE } },
  { "role denied", PUBLIC | EVERYONE | ROLE_DENY, { FALSE, FALSE, FALSE, TRUE, TRUE } },
  { "role allowed", PUBLIC | ROLE_ALLOW, { TRUE, TRUE, TRUE, FALSE, FALSE } },
  { "role allowed beats everyone denied",
    PUBLIC | EVERYONE_DENY | ROLE_ALLOW,
    { TRUE, TRUE, TRUE, FALSE, FALSE } },
  { "role denied beats everyone allowed",
    PUBLIC | EVERYONE_ALLOW | ROLE_DENY,
    { FALSE, FALSE, FALSE, FALSE, FALSE } },
  { "of two roles the allowing one wins",
    PUBLIC | ROLE_DENY | ROLE_ALLOW,
    { TRUE, TRUE, TRUE, FALSE, FALSE } },
  { "member denied beats role allowed",
    PUBLIC | EVERYONE | ROLE_ALLOW | MEMBER_DENY,
    { FALSE, FALSE, FALSE, TRUE, TRUE } },
  { "member allowed beats role denied",
    PUBLIC | ROLE_DENY | MEMBER_ALLOW,
    { TRUE, TRUE, TRUE, FALSE, FALSE } },
  { "owner, everything denied",
    PUBLIC | OWNER | EVERYONE_DENY | ROLE_DENY | MEMBER_DENY | VIEW_DENY, EVERYTHING },
  { "administrator, everything denied",
    PUBLIC | ADMIN | EVERYONE_DENY | ROLE_DENY | MEMBER_DENY | VIEW_DENY, EVERYTHING },
  { "public channel without view", PUBLIC | ROLE | VIEW_DENY, { FALSE, FALSE, TRUE, TRUE, TRUE } },
  { "public channel without view, override allows",
    PUBLIC | VIEW_DENY | MEMBER_ALLOW,
    { TRUE, FALSE, TRUE, FALSE, FALSE } },

  { "private, not joined", OUTSIDE | EVERYONE | EVERYONE_VIEW, { FALSE, FALSE, TRUE, TRUE, TRUE } },
  { "private, not joined, override allows",
    OUTSIDE | EVERYONE_VIEW | MEMBER_ALLOW | ROLE_ALLOW,
    { FALSE, FALSE, TRUE, FALSE, FALSE } },
  { "private, not joined, owner", OUTSIDE | OWNER, { FALSE, FALSE, TRUE, TRUE, TRUE } },
  { "private, not joined, administrator", OUTSIDE | ADMIN, { FALSE, FALSE, TRUE, TRUE, TRUE } },
  { "private, joined, nothing else", INSIDE, { TRUE, FALSE, FALSE, FALSE, FALSE } },
  { "private, joined, everyone may", INSIDE | EVERYONE, EVERYTHING },
  { "private, joined, override allows", INSIDE | MEMBER_ALLOW, { TRUE, TRUE, TRUE, FALSE, FALSE } },
  { "private, joined, override denies",
    INSIDE | EVERYONE | MEMBER_DENY,
    { TRUE, FALSE, FALSE, TRUE, TRUE } },
  { "private, joined, view denied", INSIDE | EVERYONE | VIEW_DENY, EVERYTHING },
  { "private, joined, owner", INSIDE | OWNER, EVERYTHING },
  { "private, joined, administrator", INSIDE | ADMIN, EVERYTHING },
};

static GhPermissions
compute (int relation, GhPermissions flag)
{
  GhPermissions roles[3] = { 0 };
  GhPermissionOverride role_overrides[2] = { 0 };
  GhPermissionInput input = {
    .is_member = (relation & MEMBER) != 0,
    .is_owner = (relation & OWNER) != 0,
    .roles = roles,
    .n_roles = G_N_ELEMENTS (roles),
    .in_channel = (relation & CHANNEL) != 0,
    .is_private = (relation & PRIVATE) != 0,
    .is_joined = (relation & JOINED) != 0,
    .role_overrides = role_overrides,
    .n_role_overrides = G_N_ELEMENTS (role_overrides),
  };

  if ((relation & EVERYONE) != 0)
    input.everyone |= flag;
  if ((relation & EVERYONE_VIEW) != 0)
    input.everyone |= GH_PERMISSION_VIEW_CHANNELS;
  if ((relation & ROLE) != 0)
    roles[1] |= flag;
  if ((relation & ADMIN) != 0)
    roles[2] |= GH_PERMISSION_ADMINISTRATOR;
  if ((relation & OTHERS) != 0)
    roles[0] |= GH_PERMISSIONS_ALL & ~flag & ~GH_PERMISSION_ADMINISTRATOR;

  if ((relation & EVERYONE_ALLOW) != 0)
    input.everyone_override.allow |= flag;
  if ((relation & EVERYONE_DENY) != 0)
    input.everyone_override.deny |= flag;
  if ((relation & VIEW_DENY) != 0)
    input.everyone_override.deny |= GH_PERMISSION_VIEW_CHANNELS;
  if ((relation & ROLE_DENY) != 0)
    role_overrides[0].deny |= flag;
  if ((relation & ROLE_ALLOW) != 0)
    role_overrides[1].allow |= flag;
  if ((relation & MEMBER_ALLOW) != 0)
    input.member_override.allow |= flag;
  if ((relation & MEMBER_DENY) != 0)
    input.member_override.deny |= flag;
  return gh_permissions_compute (&input);
}

static gboolean
expect (const Expected *expected, GhPermissions flag)
{
  if (flag == GH_PERMISSION_VIEW_CHANNELS)
    return expected->view;
  if ((flag & GH_PERMISSIONS_CONTENT) != 0)
    return expected->content;
  if (flag == GH_PERMISSION_MANAGE_CHANNELS)
    return expected->channels;
  return flag == GH_PERMISSION_ADMINISTRATOR ? expected->administrator : expected->guild;
}

static void
test_table (void)
{
  guint n_checks = 0;

  for (gsize row = 0; row < G_N_ELEMENTS (table); row++)
    {
      for (guint bit = 0; bit < GH_N_PERMISSIONS; bit++)
        {
          GhPermissions flag = (GhPermissions) 1 << bit;
          GhPermissions got = compute (table[row].relation, flag);
          gboolean expected = expect (&table[row].expected, flag);

          /* A role that everyone has and that is ADMINISTRATOR makes the rest of its row moot. */
          if (((got & flag) != 0) != expected)
            g_error ("%s: bit %u is %s", table[row].name, bit, expected ? "missing" : "there");
          n_checks++;
        }
    }
  g_test_message ("%u relations of flags", n_checks);
}

static void
test_wire_values (void)
{
  static const char *const names[GH_N_PERMISSIONS] = {
    "view_channels",    "send_messages", "manage_messages", "attach_files",
    "mention_everyone", "create_invite", "connect",         "speak",
    "mute_members",     "move_members",  "kick_members",    "ban_members",
    "manage_channels",  "manage_roles",  "manage_guild",    "administrator",
    "video",
  };
  gsize n;
  const GhPermissionInfo *infos = gh_permission_infos (&n);

  g_assert_cmpuint (n, ==, GH_N_PERMISSIONS);
  for (guint bit = 0; bit < n; bit++)
    {
      g_assert_cmpuint (infos[bit].flag, ==, (GhPermissions) 1 << bit);
      g_assert_cmpstr (infos[bit].name, ==, names[bit]);
      g_assert_cmpuint (strlen (infos[bit].title), >, 0);
      g_assert_cmpuint (strlen (infos[bit].description), >, 0);
    }
}

/* Each flag once. */
static void
test_shown (void)
{
  GhPermissions shown = 0;

  for (gsize place = 0; place < GH_N_PERMISSIONS; place++)
    shown |= (GhPermissions) 1 << gh_permission_shown (place);
  g_assert_cmpuint (shown, ==, GH_PERMISSIONS_ALL);
}

/* What must hold for any input at all. */
static void
test_random (void)
{
  for (guint i = 0; i < 20000; i++)
    {
      GhPermissions roles[3];
      GhPermissionOverride role_overrides[3];
      GhPermissionInput input = {
        .is_member = g_test_rand_bit (),
        .is_owner = g_test_rand_int_range (0, 4) == 0,
        .everyone = (GhPermissions) g_test_rand_int (),
        .roles = roles,
        .n_roles = (gsize) g_test_rand_int_range (0, 4),
        .in_channel = g_test_rand_bit (),
        .is_private = g_test_rand_bit (),
        .is_joined = g_test_rand_bit (),
        .everyone_override = { (GhPermissions) g_test_rand_int (),
                               (GhPermissions) g_test_rand_int () },
        .role_overrides = role_overrides,
        .n_role_overrides = (gsize) g_test_rand_int_range (0, 4),
        .member_override = { (GhPermissions) g_test_rand_int (),
                             (GhPermissions) g_test_rand_int () },
      };
      GhPermissions got;
      GhPermissions in_guild;

      for (gsize k = 0; k < G_N_ELEMENTS (roles); k++)
        {
          roles[k] = (GhPermissions) g_test_rand_int ();
          role_overrides[k].allow = (GhPermissions) g_test_rand_int ();
          role_overrides[k].deny = (GhPermissions) g_test_rand_int ();
        }
      got = gh_permissions_compute (&input);

      g_assert_cmphex (got & ~GH_PERMISSIONS_ALL, ==, 0);
      if (!input.is_member)
        g_assert_cmphex (got, ==, 0);
      if (input.in_channel && input.is_private && !input.is_joined)
        g_assert_cmphex (got & GH_PERMISSIONS_CONTENT, ==, 0);
      if ((got & GH_PERMISSION_VIEW_CHANNELS) == 0 && input.in_channel)
        g_assert_cmphex (got & GH_PERMISSIONS_CONTENT, ==, 0);
      /* A channel changes nothing of what belongs to the guild. */
      input.in_channel = FALSE;
      in_guild = gh_permissions_compute (&input);
      g_assert_cmphex (got & ~GH_PERMISSIONS_OVERRIDABLE, ==,
                       in_guild & ~GH_PERMISSIONS_OVERRIDABLE);
    }
}

static void
test_grant (void)
{
  GhPermissions mine = GH_PERMISSION_SEND_MESSAGES | GH_PERMISSION_MANAGE_ROLES;

  g_assert_true (gh_permissions_can_grant (mine, 0, GH_PERMISSION_SEND_MESSAGES));
  g_assert_false (gh_permissions_can_grant (mine, 0, GH_PERMISSION_BAN_MEMBERS));
  g_assert_false (gh_permissions_can_grant (mine, 0, mine | GH_PERMISSION_ADMINISTRATOR));
  /* What a role had before may stay, and may go. */
  g_assert_true (
    gh_permissions_can_grant (mine, GH_PERMISSION_BAN_MEMBERS, GH_PERMISSION_BAN_MEMBERS));
  g_assert_true (gh_permissions_can_grant (mine, GH_PERMISSION_BAN_MEMBERS, 0));

  g_assert_true (gh_permissions_allow (mine, GH_PERMISSION_SEND_MESSAGES));
  g_assert_true (gh_permissions_allow (mine, mine));
  g_assert_false (gh_permissions_allow (mine, mine | GH_PERMISSION_SPEAK));
}

static void
test_power (void)
{
  static const struct
  {
    gboolean is_owner;
    gint64 highest;
    gboolean other_is_owner;
    gint64 other_highest;
    gboolean above;
  } rows[] = {
    { TRUE, 0, FALSE, 0, TRUE },   { TRUE, 0, FALSE, 99, TRUE },  { TRUE, 0, TRUE, 0, FALSE },
    { FALSE, 99, TRUE, 0, FALSE }, { FALSE, 5, FALSE, 4, TRUE },  { FALSE, 5, FALSE, 5, FALSE },
    { FALSE, 5, FALSE, 6, FALSE }, { FALSE, 0, FALSE, 0, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (gh_power_is_above (rows[i].is_owner, rows[i].highest, rows[i].other_is_owner,
                                        rows[i].other_highest),
                     ==, rows[i].above);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/permission/table", test_table);
  g_test_add_func ("/permission/wire-values", test_wire_values);
  g_test_add_func ("/permission/shown", test_shown);
  g_test_add_func ("/permission/random", test_random);
  g_test_add_func ("/permission/grant", test_grant);
  g_test_add_func ("/permission/power", test_power);
  return g_test_run ();
}
