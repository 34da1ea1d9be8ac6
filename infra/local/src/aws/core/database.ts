import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/**
 * Buckets, objects, queues and messages live in one SQLite file, so that an object and its notification
 * are one transaction. No fsync: a killed process loses nothing, and a local stack need not survive a power cut.
 */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY, created_at INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS bucket_settings (
  bucket TEXT NOT NULL REFERENCES buckets (name) ON DELETE CASCADE, kind TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (bucket, kind)) STRICT;
CREATE TABLE IF NOT EXISTS objects (
  bucket TEXT NOT NULL REFERENCES buckets (name), key TEXT NOT NULL, etag TEXT NOT NULL, size INTEGER NOT NULL,
  modified_at INTEGER NOT NULL, blobs TEXT NOT NULL, headers TEXT NOT NULL, metadata TEXT NOT NULL,
  checksum TEXT, tags TEXT NOT NULL,
  PRIMARY KEY (bucket, key)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS uploads (
  id TEXT PRIMARY KEY, bucket TEXT NOT NULL REFERENCES buckets (name), key TEXT NOT NULL,
  started_at INTEGER NOT NULL, headers TEXT NOT NULL, metadata TEXT NOT NULL, tags TEXT NOT NULL,
  checksum_algorithm TEXT, checksum_type TEXT) STRICT;
CREATE TABLE IF NOT EXISTS parts (
  upload_id TEXT NOT NULL REFERENCES uploads (id) ON DELETE CASCADE, number INTEGER NOT NULL, etag TEXT NOT NULL,
  size INTEGER NOT NULL, modified_at INTEGER NOT NULL, blob TEXT NOT NULL, checksum TEXT,
  PRIMARY KEY (upload_id, number)) STRICT;
CREATE TABLE IF NOT EXISTS sequencer (id INTEGER PRIMARY KEY CHECK (id = 1), value INTEGER NOT NULL) STRICT;
INSERT OR IGNORE INTO sequencer VALUES (1, 0);
CREATE TABLE IF NOT EXISTS queues (
  name TEXT PRIMARY KEY, attributes TEXT NOT NULL, tags TEXT NOT NULL, created_at INTEGER NOT NULL,
  modified_at INTEGER NOT NULL, purged_at INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE IF NOT EXISTS messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL REFERENCES queues (name) ON DELETE CASCADE,
  message_id TEXT NOT NULL, body TEXT NOT NULL, attributes TEXT NOT NULL, system TEXT NOT NULL,
  sent_at INTEGER NOT NULL, available_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
  receive_count INTEGER NOT NULL DEFAULT 0, first_received_at INTEGER, receipt TEXT) STRICT;
CREATE INDEX IF NOT EXISTS messages_by_availability ON messages (queue, available_at);
CREATE INDEX IF NOT EXISTS messages_by_message_id ON messages (queue, message_id);
CREATE TABLE IF NOT EXISTS move_tasks (
  handle TEXT PRIMARY KEY, source TEXT NOT NULL, destination TEXT, rate INTEGER, status TEXT NOT NULL,
  moved INTEGER NOT NULL DEFAULT 0, to_move INTEGER NOT NULL, started_at INTEGER NOT NULL, failure TEXT) STRICT;
`;

export interface Database {
  /** A statement, compiled once for all its uses. */
  prepare(sql: string): StatementSync;
  /** Runs `work` in one transaction: all of it, or (when it throws) nothing. Nested calls join the outer one. */
  transaction<T>(work: () => T): T;
  close(): void;
}

export const openDatabase = (folder: string): Database => {
  mkdirSync(folder, { recursive: true });
  const sqlite = new DatabaseSync(path.join(folder, 'aws.sqlite'));
  sqlite.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 2000;',
  );
  sqlite.exec(SCHEMA);
  const statements = new Map<string, StatementSync>();
  return {
    prepare: (sql) => {
      const statement = statements.get(sql) ?? sqlite.prepare(sql);
      statements.set(sql, statement);
      return statement;
    },
    transaction: (work) => {
      if (sqlite.isTransaction) return work();
      sqlite.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        sqlite.exec('COMMIT');
        return result;
      } catch (error) {
        sqlite.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => sqlite.close(),
  };
};
