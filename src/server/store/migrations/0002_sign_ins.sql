-- SPDX-License-Identifier: AGPL-3.0-or-later
-- 0002: sign-ins that survive a lost answer and end at once, and what people choose to be seen as.
-- Additive; safe while the previous daemon runs.

-- parent: the refresh token that this one was given for. unproven: the access token of the pair that
-- this one was last exchanged for, while nobody has used either half of that pair.
ALTER TABLE token ADD COLUMN parent bytea, ADD COLUMN unproven bytea;
CREATE INDEX token_unproven ON token (unproven) WHERE unproven IS NOT NULL;

-- Exchanges a refresh token for a new pair. As long as nobody has used the pair that it was exchanged
-- for, the answer may have been lost, and it may be exchanged again: the unused pair dies. A used-up
-- token whose pair was used ends its device. States are those of GhdTokenState.
CREATE FUNCTION gh_rotate_token (presented bytea, access bytea, access_ts bigint, refresh bytea,
                                 refresh_ts bigint, now_ts bigint)
RETURNS TABLE (state integer, owner text, device text, ends_ts bigint, is_again boolean)
LANGUAGE plpgsql AS $$
DECLARE
  old  token;
  root token;
  disabled bigint;
BEGIN
  SELECT t.device_id INTO device FROM token t WHERE t.hash = presented AND t.is_refresh;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  -- One at a time for each device; each statement below sees what the one before us has done.
  SELECT d.user_id, a.disabled_ts INTO owner, disabled FROM device d JOIN account a USING (user_id)
    WHERE d.device_id = device FOR UPDATE OF d;
  SELECT * INTO old FROM token t WHERE t.hash = presented;
  IF old.hash IS NULL THEN
    RETURN;
  END IF;

  -- An unused pair that was replaced has left its refresh token behind: whoever has it got an answer
  -- that came late, and stands where the holder of its parent stands.
  SELECT * INTO root FROM token t WHERE t.hash =
    CASE WHEN old.used_ts <> 0 AND old.unproven IS NULL AND old.parent IS NOT NULL
         THEN old.parent ELSE old.hash END
    FOR UPDATE;
  is_again := old.used_ts <> 0 AND root.unproven IS NOT NULL;
  ends_ts := old.expires_ts;
  state := CASE WHEN old.used_ts <> 0 AND NOT is_again THEN 3 WHEN disabled <> 0 THEN 4
                WHEN old.expires_ts <= now_ts THEN 2 ELSE 0 END;

  IF state = 3 THEN
    DELETE FROM device d WHERE d.device_id = device;
  ELSIF state = 0 THEN
    IF is_again THEN
      DELETE FROM token t WHERE t.hash = root.unproven;
      UPDATE token t SET used_ts = now_ts
        WHERE t.device_id = device AND t.parent = root.hash AND t.is_refresh AND t.used_ts = 0;
    ELSE
      UPDATE token t SET unproven = NULL WHERE t.hash = old.parent AND t.unproven IS NOT NULL;
    END IF;
    UPDATE token t SET used_ts = now_ts, unproven = access WHERE t.hash = root.hash;
    UPDATE device d SET last_seen_ts = greatest (d.last_seen_ts, now_ts) WHERE d.device_id = device;
    INSERT INTO token (hash, device_id, is_refresh, expires_ts, parent)
      VALUES (access, device, false, access_ts, NULL), (refresh, device, true, refresh_ts, root.hash);
  END IF;
  RETURN NEXT;
END
$$;

-- Whoever revokes a device, a daemon or the command line: every daemon hears of it.
CREATE FUNCTION gh_tell_device_gone () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify ('guildhall_device_gone', old.user_id || ' ' || old.device_id);
  RETURN NULL;
END
$$;
CREATE TRIGGER device_gone AFTER DELETE ON device
  FOR EACH ROW EXECUTE FUNCTION gh_tell_device_gone ();

-- What somebody chose to be seen as: online, idle, dnd or invisible.
ALTER TABLE account ADD COLUMN presence text NOT NULL DEFAULT 'online';
