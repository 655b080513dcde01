-- SPDX-License-Identifier: AGPL-3.0-or-later
-- 0004: what somebody says of themselves for now. Additive; safe while the previous daemon runs.

-- status: one line, empty where there is none. status_expires_ts: from then on it counts as empty, in ms;
-- 0 = it stays until it is taken away.
ALTER TABLE account ADD COLUMN status text NOT NULL DEFAULT '',
  ADD COLUMN status_expires_ts bigint NOT NULL DEFAULT 0;
