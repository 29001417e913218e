-- The event log. `events` only ever grows; `streams` says where each stream stands, and is what appends lock. Only the
-- append function writes to them, so they have no check constraints: those cost 2 µs per commit, of 25.

create table {prefix}streams (
  -- Stands for the id in `events` and its index: 8 bytes instead of up to 1,020.
  key      bigint generated always as identity primary key,
  id       text collate "C" not null unique,
  -- 0: no event yet. Such a row exists only because a commit relied on the stream being absent.
  version  bigint not null,
  -- The id of the event at `version`, null at 0. It names the content that a number cannot name.
  head_id  uuid,
  -- Set for good when a commit reads the stream without writing to it; see the append function.
  shared   boolean not null default false
) with (
  -- Room for new row versions on the same page, so that an update touches no index.
  fillfactor = 70,
  autovacuum_vacuum_scale_factor = 0.05,
  autovacuum_analyze_scale_factor = 0.01
);

-- One number per batch of commits. Never cached: a session that keeps numbers back would hand them out late.
create sequence {prefix}batches as bigint cache 1;

create table {prefix}events (
  -- Number of the batch × 65,536 + place in the batch: unique, and the order of the feed.
  position       bigint primary key,
  stream_key     bigint not null,
  version        bigint not null,
  -- Milliseconds since the epoch, by the clock of the process that decided.
  recorded_at    bigint,
  id             uuid not null,
  -- Place in the commit, from 0.
  ordinal        integer not null,
  -- Which stream of the commit's read set this event went to, from 0.
  read_index     integer not null,
  event_count    integer,
  type           text not null,
  data           json not null,
  -- The commit record, on the first event of a commit (ordinal 0) and nowhere else: commits mostly have one event,
  -- and a row and two index entries of their own would cost more than these columns.
  command_id     text collate "C",
  command_name   text,
  input_hash     text,
  -- Null: the command id.
  correlation_id text,
  causation_id   text,
  metadata       json,
  -- [stream id, version, stream id, version, …], in the order of the commit's checks.
  reads          json,
  unique (stream_key, version)
) with (
  autovacuum_vacuum_insert_scale_factor = 0.05,
  autovacuum_analyze_scale_factor = 0.01
);

create unique index {prefix}events_command_id on {prefix}events (command_id) where command_id is not null;

create table {prefix}snapshots (
  stream   text collate "C" not null,
  fold     text collate "C" not null,
  version  bigint not null,
  head_id  text not null,
  state    text not null,
  primary key (stream, fold)
);

create table {prefix}leases (
  name       text collate "C" primary key,
  -- Null after a release. The row stays: without it the next owner's epoch could not be higher.
  owner      text,
  epoch      bigint not null,
  expires_at timestamptz not null
);

create table {prefix}checkpoints (
  name   text collate "C" primary key,
  cursor text not null,
  epoch  bigint not null
);

-- For people: one row per commit, and every event with the id of its stream.
create view {prefix}commits as
  select command_id, command_name, to_timestamp(recorded_at / 1000.0) as recorded_at, input_hash,
    coalesce(correlation_id, command_id) as correlation_id, causation_id, metadata, reads, event_count,
    position as first_position
  from {prefix}events
  where ordinal = 0;

create view {prefix}recorded_events as
  select e.position, s.id as stream, e.version, e.id, e.type, e.data, f.command_id, f.command_name,
    to_timestamp(f.recorded_at / 1000.0) as recorded_at
  from {prefix}events e
  join {prefix}streams s on s.key = e.stream_key
  join {prefix}events f on f.position = e.position - e.ordinal;
