-- SPDX-License-Identifier: AGPL-3.0-or-later
-- 0001: the foundation: the event log, its projections, accounts, invites and media.
-- Times are milliseconds since the Unix epoch.

-- Ends the transaction unless a condition holds; code is GH400 (invalid), GH403 (denied), GH404
-- (not found) or GH409 (conflict), reason the stable word and sentence what a person is told.
CREATE FUNCTION gh_require (ok boolean, code text, reason text, sentence text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  IF ok IS NOT TRUE THEN
    RAISE EXCEPTION USING ERRCODE = code, DETAIL = reason, MESSAGE = sentence;
  END IF;
  RETURN true;
END
$$;

-- The log. Everything that happens is a row here; a row is never changed but to erase content and
-- salt. header and content are canonical JSON, as they were hashed.
CREATE TABLE event (
  position  bigint NOT NULL CONSTRAINT event_position PRIMARY KEY,
  id        bytea  NOT NULL CONSTRAINT event_id UNIQUE CHECK (octet_length (id) = 32),
  room_id   text   NOT NULL,
  type      text   NOT NULL,
  state_key text,
  sender    text   NOT NULL,
  origin_ts bigint NOT NULL,
  header    text   NOT NULL,
  content   text,
  salt      bytea  CHECK (octet_length (salt) = 16),
  signature bytea  NOT NULL CHECK (octet_length (signature) = 64),
  key_id    text   NOT NULL,
  txn_id    text,
  CHECK ((content IS NULL) = (salt IS NULL))
);
-- Each event is in one of these two: what a timeline pages through, and state.
CREATE INDEX event_timeline ON event (room_id, position) WHERE state_key IS NULL;
CREATE INDEX event_state ON event (room_id, position) WHERE state_key IS NOT NULL;
-- Jump to a date.
CREATE INDEX event_time ON event (room_id, origin_ts, position) WHERE state_key IS NULL;
-- What happened to one's own membership, also where one may not read any more.
CREATE INDEX event_member ON event (state_key, position) WHERE type = 'm.room.member';

-- Who has asked for what already: the same (user, txn_id) never makes two events. The events of a
-- write have consecutive positions.
CREATE TABLE txn (
  user_id  text   NOT NULL,
  txn_id   text   NOT NULL,
  position bigint NOT NULL,
  n_events integer NOT NULL,
  CONSTRAINT txn_once PRIMARY KEY (user_id, txn_id)
);

-- One row: which session wrote last and how far it has come. After a lost connection it tells whether
-- a batch without events was committed.
CREATE TABLE writer_mark (
  is_only  boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  writer   text    NOT NULL,
  batch    bigint  NOT NULL,
  position bigint  NOT NULL
);
INSERT INTO writer_mark (writer, batch, position) VALUES ('', 0, 0);

-- Projections of the log (ghd-projection.c), rebuildable from it.
CREATE TABLE room (
  room_id    text    NOT NULL PRIMARY KEY,
  kind       text    NOT NULL CHECK (kind IN ('guild', 'channel')),
  guild_id   text    NOT NULL,
  is_private boolean NOT NULL,
  is_deleted boolean NOT NULL DEFAULT false,
  created_ts bigint  NOT NULL
);
CREATE INDEX room_guild ON room (guild_id);

CREATE TABLE room_head (
  room_id text    NOT NULL PRIMARY KEY,
  heads   bytea[] NOT NULL
);

CREATE TABLE state (
  room_id   text   NOT NULL,
  type      text   NOT NULL,
  state_key text   NOT NULL,
  event_id  bytea  NOT NULL,
  position  bigint NOT NULL,
  sender    text   NOT NULL,
  origin_ts bigint NOT NULL,
  content   text   NOT NULL,
  PRIMARY KEY (room_id, type, state_key)
);

CREATE TABLE member (
  room_id    text   NOT NULL,
  user_id    text   NOT NULL,
  membership text   NOT NULL,
  event_id   bytea  NOT NULL,
  position   bigint NOT NULL,
  joined_ts  bigint NOT NULL,
  PRIMARY KEY (room_id, user_id)
);
CREATE INDEX member_user ON member (user_id, membership);

-- Accounts of this server.
CREATE TABLE account (
  user_id       text   NOT NULL PRIMARY KEY,
  username      text   NOT NULL CONSTRAINT account_username UNIQUE,
  skeleton      text   NOT NULL CONSTRAINT account_skeleton UNIQUE,
  display_name  text   NOT NULL,
  bio           text   NOT NULL DEFAULT '',
  image_id      text,
  password_hash text   NOT NULL,
  created_ts    bigint NOT NULL,
  changed_ts    bigint NOT NULL,
  disabled_ts   bigint NOT NULL DEFAULT 0
);
CREATE INDEX account_changed ON account (changed_ts);
CREATE INDEX account_image ON account (image_id) WHERE image_id IS NOT NULL;

-- A sign-in: one device, one family of tokens.
CREATE TABLE device (
  device_id    text   NOT NULL PRIMARY KEY,
  user_id      text   NOT NULL REFERENCES account (user_id) ON DELETE CASCADE,
  name         text   NOT NULL,
  created_ts   bigint NOT NULL,
  last_seen_ts bigint NOT NULL
);
CREATE INDEX device_user ON device (user_id);

-- Hashes of tokens. A refresh token that was used stays until it expires, so that its second use is
-- noticed.
CREATE TABLE token (
  hash       bytea   NOT NULL PRIMARY KEY CHECK (octet_length (hash) = 32),
  device_id  text    NOT NULL REFERENCES device (device_id) ON DELETE CASCADE,
  is_refresh boolean NOT NULL,
  expires_ts bigint  NOT NULL,
  used_ts    bigint  NOT NULL DEFAULT 0
);
CREATE INDEX token_device ON token (device_id);
CREATE INDEX token_expires ON token (expires_ts);

-- Invites to a guild; without a guild, to the server.
CREATE TABLE invite (
  code       text   NOT NULL CONSTRAINT invite_code PRIMARY KEY,
  guild_id   text,
  creator    text,
  created_ts bigint NOT NULL,
  expires_ts bigint NOT NULL DEFAULT 0,
  max_uses   bigint NOT NULL DEFAULT 0,
  uses       bigint NOT NULL DEFAULT 0,
  revoked_ts bigint NOT NULL DEFAULT 0
);
CREATE INDEX invite_guild ON invite (guild_id, created_ts);

-- Images; the files are in DATA/media.
CREATE TABLE media (
  media_id     text   NOT NULL CONSTRAINT media_id PRIMARY KEY,
  owner        text   NOT NULL,
  content_type text   NOT NULL,
  sizes        text   NOT NULL,
  bytes        bigint NOT NULL,
  created_ts   bigint NOT NULL
);
CREATE INDEX media_created ON media (created_ts);

-- The public halves of keys that events were signed with.
CREATE TABLE server_key (
  server     text   NOT NULL,
  key_id     text   NOT NULL,
  public_key bytea  NOT NULL CHECK (octet_length (public_key) = 32),
  created_ts bigint NOT NULL,
  PRIMARY KEY (server, key_id)
);
