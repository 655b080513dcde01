/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-limits.h"

#include "gh-error.h"
#include "ghd-network.h"
#include "ghd-rate-limiter.h"

/*
 * The one table of limits; docs/administration.md has it for people, and a test compares the two. The
 * setting accounts.rate-factor scales all of it, and limits.address-factor says how many accounts'
 * worth the accounts at one address have together.
 */
static const GhdLimitRow rows[] = {
  /*                                     caller          room */
  [GHD_LIMIT_READS] = { "reads", { 60, 600 }, { 0, 0 } },
  [GHD_LIMIT_WRITES] = { "writes", { 20, 120 }, { 100, 600 } },
  [GHD_LIMIT_SAYS] = { "messages", { 30, 300 }, { 200, 3000 } },
  /* a microphone is muted and unmuted in quick succession */
  [GHD_LIMIT_SWITCHES] = { "switches", { 30, 240 }, { 0, 0 } },
  /* each member of a call finds its way to each other one */
  [GHD_LIMIT_SIGNALS] = { "signals", { 600, 6000 }, { 0, 0 } },
  /* somebody begins and ends to type */
  [GHD_LIMIT_HINTS] = { "hints", { 60, 600 }, { 300, 6000 } },
  /* each costs the server a password hash */
  [GHD_LIMIT_HASHES] = { "passwords", { 10, 20 }, { 0, 0 } },
  /* each costs the server the decoding of a picture */
  [GHD_LIMIT_PICTURES] = { "pictures", { 5, 10 }, { 20, 60 } },
  /* a list of members shows hundreds of pictures */
  [GHD_LIMIT_VIEWS] = { "views", { 600, 6000 }, { 0, 0 } },
  /* names, codes and tokens that could be tried out */
  [GHD_LIMIT_GUESSES] = { "guesses", { 30, 60 }, { 0, 0 } },
  /* all operations of one account together, and what is no operation at all */
  [GHD_LIMIT_EVERYTHING] = { "everything", { 1000, 12000 }, { 0, 0 } },
};
G_STATIC_ASSERT (G_N_ELEMENTS (rows) == GHD_N_LIMITS);

/* Some 150 bytes each, and their keys: 40 MB at most, when everybody in the world asks at once. */
#define ACCOUNT_KEYS 131072
#define ADDRESS_KEYS 65536
#define ROOM_KEYS 32768
#define LOG_KEYS 1024

#define KEY_SIZE 512

struct _GhdLimits
{
  GObject parent_instance;
  GhdRateLimiter *accounts; /* and addresses that nobody is signed in at */
  GhdRateLimiter *addresses;
  GhdRateLimiter *rooms;
  GhdRateLimiter *log;
  double factor;
  double address_factor;
};

G_DEFINE_FINAL_TYPE (GhdLimits, ghd_limits, G_TYPE_OBJECT)

typedef enum
{
  CLAIM_OWN,    /* the caller's alone: an account, or who is not signed in at an address */
  CLAIM_SHARED, /* all accounts' at an address */
  CLAIM_ROOM,
} ClaimKind;

/* One bucket that a request takes from. */
typedef struct
{
  ClaimKind kind;
  GhdRateLimiter *limiter;
  GhdRate rate;
  double factor;
  char key[KEY_SIZE];
} Claim;

/* At most: the operation and everything, of the account and of the address, and the room. */
#define MAX_CLAIMS 5

typedef struct
{
  Claim claims[MAX_CLAIMS];
  guint n;
} Claims;

/**
 * ghd_limit_get_row:
 *
 * Returns: (transfer none): its line in the table of limits
 */
const GhdLimitRow *
ghd_limit_get_row (GhdLimit limit)
{
  g_return_val_if_fail (limit < GHD_N_LIMITS, NULL);

  return &rows[limit];
}

static void
ghd_limits_finalize (GObject *object)
{
  GhdLimits *self = GHD_LIMITS (object);

  g_object_unref (self->accounts);
  g_object_unref (self->addresses);
  g_object_unref (self->rooms);
  g_object_unref (self->log);

  G_OBJECT_CLASS (ghd_limits_parent_class)->finalize (object);
}

static void
ghd_limits_class_init (GhdLimitsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_limits_finalize;
}

static void
ghd_limits_init (GhdLimits *self)
{
  self->accounts = ghd_rate_limiter_new (ACCOUNT_KEYS);
  self->addresses = ghd_rate_limiter_new (ADDRESS_KEYS);
  self->rooms = ghd_rate_limiter_new (ROOM_KEYS);
  self->log = ghd_rate_limiter_new (LOG_KEYS);
}

/**
 * ghd_limits_new:
 * @percent: of the rates in the table
 * @address_factor: how many accounts' worth all accounts at one address have together
 */
GhdLimits *
ghd_limits_new (guint percent, guint address_factor)
{
  GhdLimits *self = g_object_new (GHD_TYPE_LIMITS, NULL);

  self->factor = MAX (percent, 1) / 100.0;
  self->address_factor = self->factor * MAX (address_factor, 1);

  return self;
}

static void
claim (GhdLimits *self, Claims *claims, ClaimKind kind, const GhdRate *rate, const char *operation,
       const char *who)
{
  Claim *claim;

  if (rate->burst == 0)
    return;

  g_assert (claims->n < MAX_CLAIMS);
  claim = &claims->claims[claims->n++];
  claim->kind = kind;
  claim->rate = *rate;
  claim->factor = kind == CLAIM_SHARED ? self->address_factor : self->factor;
  claim->limiter = kind == CLAIM_ROOM     ? self->rooms
                   : kind == CLAIM_SHARED ? self->addresses
                                          : self->accounts;
  g_snprintf (claim->key, sizeof claim->key, "%s %s", operation, who);
}

static gint64
take (const Claim *claim, double cost, gint64 now_us)
{
  return ghd_rate_limiter_take (claim->limiter, claim->key,
                                claim->rate.per_minute * claim->factor / 60.0,
                                MAX (1.0, claim->rate.burst * claim->factor), cost, now_us);
}

static gboolean
refuse (const Claim *claim, gint64 wait_ms, GError **error)
{
  static const struct
  {
    const char *reason;
    const char *what;
  } words[] = {
    [CLAIM_OWN] = { "rate.limited", "That was too fast." },
    [CLAIM_SHARED] = { "rate.address", "Too much is asked from your network at once." },
    [CLAIM_ROOM] = { "rate.room", "Too much happens here at once." },
  };

  g_propagate_error (error, gh_error_new (GH_ERROR_LIMITED, words[claim->kind].reason, NULL, wait_ms,
                                          "%s Wait %" G_GINT64_FORMAT " s.",
                                          words[claim->kind].what, (wait_ms + 999) / 1000));
  return FALSE;
}

/* All or nothing: what is refused by one bucket takes from none. */
static gboolean
take_all (GhdLimits *self, const Claims *claims, gint64 now_us, GError **error)
{
  const Claim *slowest = NULL;
  gint64 longest_ms = 0;

  for (guint i = 0; i < claims->n; i++)
    {
      const Claim *claim = &claims->claims[i];
      gint64 wait_ms = ghd_rate_limiter_peek (claim->limiter, claim->key,
                                              claim->rate.per_minute * claim->factor / 60.0,
                                              MAX (1.0, claim->rate.burst * claim->factor), 1.0,
                                              now_us);

      if (wait_ms > longest_ms)
        {
          longest_ms = wait_ms;
          slowest = claim;
        }
    }
  if (slowest != NULL)
    return refuse (slowest, longest_ms, error);

  for (guint i = 0; i < claims->n; i++)
    take (&claims->claims[i], 1.0, now_us);

  return TRUE;
}

/* What one caller may do, of one kind: an account for itself, and for the address that it is at. */
static void
claim_for_caller (GhdLimits *self, Claims *claims, GhdLimit limit, const char *operation,
                  const char *user_id, const char *network)
{
  const GhdRate *rate = &rows[limit].caller;

  claim (self, claims, CLAIM_OWN, rate, operation, user_id != NULL ? user_id : network);
  if (user_id != NULL)
    claim (self, claims, CLAIM_SHARED, rate, operation, network);
}

/**
 * ghd_limits_take:
 * @user_id: (nullable): NULL when nobody is signed in
 * @room_id: (nullable): the guild or channel that it is about, when the caller is in it: who is not
 *   must not be able to use up what the others may do
 *
 * Returns: TRUE when it may go on; or FALSE with %GH_ERROR_LIMITED "rate.limited", "rate.address" or
 *   "rate.room", and the time after which to try again
 */
gboolean
ghd_limits_take (GhdLimits *self, const GhdOperation *operation, const char *user_id,
                 const char *address, const char *room_id, gint64 now_us, GError **error)
{
  g_autofree char *network = NULL;
  Claims claims = { .n = 0 };

  g_return_val_if_fail (GHD_IS_LIMITS (self), FALSE);
  g_return_val_if_fail (operation != NULL, FALSE);
  g_return_val_if_fail (address != NULL, FALSE);

  network = ghd_network_of (address);
  claim_for_caller (self, &claims, operation->limit, operation->name, user_id, network);
  claim_for_caller (self, &claims, GHD_LIMIT_EVERYTHING, "*", user_id, network);
  if (room_id != NULL)
    claim (self, &claims, CLAIM_ROOM, &rows[operation->limit].room, operation->name, room_id);

  return take_all (self, &claims, now_us, error);
}

/**
 * ghd_limits_take_other:
 *
 * As ghd_limits_take(), for what is no operation.
 */
gboolean
ghd_limits_take_other (GhdLimits *self, const char *user_id, const char *address, gint64 now_us,
                       GError **error)
{
  g_autofree char *network = NULL;
  Claims claims = { .n = 0 };

  g_return_val_if_fail (GHD_IS_LIMITS (self), FALSE);
  g_return_val_if_fail (address != NULL, FALSE);

  network = ghd_network_of (address);
  claim_for_caller (self, &claims, GHD_LIMIT_EVERYTHING, "*", user_id, network);

  return take_all (self, &claims, now_us, error);
}

static void
claim_guess (GhdLimits *self, Claims *claims, const char *address)
{
  g_autofree char *network = ghd_network_of (address);

  claim (self, claims, CLAIM_SHARED, &rows[GHD_LIMIT_GUESSES].caller, "token", network);
}

/**
 * ghd_limits_may_guess:
 *
 * Whether a token that is not known here may be looked up for @address: not when many from there
 * were wrong (ghd_limits_guessed()).
 */
gboolean
ghd_limits_may_guess (GhdLimits *self, const char *address, gint64 now_us, GError **error)
{
  Claims claims = { .n = 0 };
  gint64 wait_ms;

  g_return_val_if_fail (GHD_IS_LIMITS (self), FALSE);

  claim_guess (self, &claims, address);
  wait_ms = ghd_rate_limiter_peek (self->addresses, claims.claims[0].key,
                                   claims.claims[0].rate.per_minute * self->address_factor / 60.0,
                                   claims.claims[0].rate.burst * self->address_factor, 1.0, now_us);

  return wait_ms == 0 || refuse (&claims.claims[0], wait_ms, error);
}

/**
 * ghd_limits_guessed:
 *
 * A token that came from @address was wrong.
 */
void
ghd_limits_guessed (GhdLimits *self, const char *address, gint64 now_us)
{
  Claims claims = { .n = 0 };

  g_return_if_fail (GHD_IS_LIMITS (self));

  claim_guess (self, &claims, address);
  take (&claims.claims[0], 1.0, now_us);
}

/**
 * ghd_limits_may_log:
 *
 * Whether to write down that somebody asks too fast: once a minute for each.
 */
gboolean
ghd_limits_may_log (GhdLimits *self, const char *user_id, const char *address, gint64 now_us)
{
  g_autofree char *network = NULL;

  g_return_val_if_fail (GHD_IS_LIMITS (self), FALSE);

  if (user_id == NULL)
    network = ghd_network_of (address);

  return ghd_rate_limiter_take (self->log, user_id != NULL ? user_id : network, 1.0 / 60.0, 1.0,
                                1.0, now_us)
         == 0;
}
