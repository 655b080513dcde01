-- SPDX-License-Identifier: AGPL-3.0-or-later
-- 0005: a wide picture behind a profile. Additive; safe while the previous daemon runs.
ALTER TABLE account ADD COLUMN banner_id text;
CREATE INDEX account_banner ON account (banner_id) WHERE banner_id IS NOT NULL;
