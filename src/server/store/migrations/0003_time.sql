-- SPDX-License-Identifier: AGPL-3.0-or-later
-- 0003: a message is found by its time without an index that every message would have to enter.
-- Safe while the previous daemon runs, which only looks longer for a date.

-- Where a room's timeline comes to a time: the position of the first message of that time or later, of
-- which the one before it is earlier; where there is none, what would follow the last; 0 in a room
-- without messages. The log is in the order of time but for clocks that were set back, so it is halved
-- until the place is found: some thirty look-ups in event_timeline, however long it is. Each is planned
-- for its room: what is best for a room that fills the log is worst for one that has three messages.
CREATE FUNCTION gh_find_time (room text, ts bigint) RETURNS bigint LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  low    bigint;
  high   bigint;
  middle bigint;
  found  record;
BEGIN
  SELECT e.position INTO low FROM event e WHERE e.room_id = room AND e.state_key IS NULL
    ORDER BY e.position LIMIT 1;
  SELECT e.position + 1 INTO high FROM event e WHERE e.room_id = room AND e.state_key IS NULL
    ORDER BY e.position DESC LIMIT 1;
  IF low IS NULL OR high IS NULL THEN
    RETURN 0;
  END IF;

  -- All before low are earlier; the first from high on is not, or there is none.
  WHILE low < high LOOP
    middle := low + (high - low) / 2;
    SELECT e.position, e.origin_ts INTO found FROM event e
      WHERE e.room_id = room AND e.state_key IS NULL AND e.position >= middle
      ORDER BY e.position LIMIT 1;
    IF found.origin_ts < ts THEN
      low := found.position + 1;
    ELSE
      high := middle;
    END IF;
  END LOOP;

  SELECT e.position INTO found FROM event e
    WHERE e.room_id = room AND e.state_key IS NULL AND e.position >= low
    ORDER BY e.position LIMIT 1;
  RETURN coalesce (found.position, low);
END
$$;

DROP INDEX event_time;
