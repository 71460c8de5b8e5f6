-- A registry as the first version wrote it. Never edited: it shows that later versions still open it.
PRAGMA application_id = 1280460108;
PRAGMA journal_mode = WAL;
CREATE TABLE schema_version (version INTEGER PRIMARY KEY, records_version INTEGER NOT NULL);
CREATE TABLE imports (
    import_seq INTEGER PRIMARY KEY,
    import_id TEXT NOT NULL UNIQUE,
    known_at TEXT NOT NULL,
    author TEXT NOT NULL CHECK (author <> ''),
    reason TEXT NOT NULL,
    source_file TEXT NOT NULL,
    kind TEXT NOT NULL,
    undoes TEXT NOT NULL DEFAULT ''
);
CREATE TABLE geometries (geometry_id INTEGER PRIMARY KEY, wkb BLOB NOT NULL);
CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    import_seq INTEGER NOT NULL REFERENCES imports (import_seq),
    table_name TEXT NOT NULL,
    record_id TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('add', 'update', 'undo')),
    true_on TEXT NOT NULL,
    changes BLOB NOT NULL,
    geometry_id INTEGER REFERENCES geometries (geometry_id),
    hash BLOB NOT NULL
);
CREATE INDEX events_of_record ON events (table_name, record_id);
CREATE INDEX events_of_import ON events (import_seq);
CREATE TABLE records (
    table_name TEXT NOT NULL,
    record_id TEXT NOT NULL,
    body BLOB NOT NULL,
    digest TEXT NOT NULL,
    geometry_id INTEGER REFERENCES geometries (geometry_id),
    true_on TEXT NOT NULL,
    PRIMARY KEY (table_name, record_id)
) WITHOUT ROWID;
CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT RAISE (ABORT, 'events are never altered'); END;
CREATE TRIGGER events_are_kept BEFORE DELETE ON events BEGIN SELECT RAISE (ABORT, 'events are never deleted'); END;
INSERT INTO schema_version (version, records_version) VALUES (1, 1);
INSERT INTO imports (import_seq, import_id, known_at, author, reason, source_file, kind, undoes) VALUES (1, '20200102-6269ea9c', '2020-01-02T12:00:00.000000', 'Ana', 'first survey', 'survey.gpkg', '', '');
INSERT INTO imports (import_seq, import_id, known_at, author, reason, source_file, kind, undoes) VALUES (2, '20200103-3db8ed65', '2020-01-03T12:00:00.000000', 'Ben', 'cleared', 'task.xlsx', '', '');
INSERT INTO imports (import_seq, import_id, known_at, author, reason, source_file, kind, undoes) VALUES (3, '20200104-d92b914b', '2020-01-04T12:00:00.000000', 'Ben', '', '', '', '');
INSERT INTO imports (import_seq, import_id, known_at, author, reason, source_file, kind, undoes) VALUES (4, '20200105-1718909a', '2020-01-05T12:00:00.000000', 'Ana', 'wrong file', '', '', '20200104-d92b914b');
INSERT INTO imports (import_seq, import_id, known_at, author, reason, source_file, kind, undoes) VALUES (5, '20200106-ffa56ee9', '2020-01-06T12:00:00.000000', 'Ana', '', '', '', '');
INSERT INTO geometries (geometry_id, wkb) VALUES (1, X'010300000001000000050000000000000000805040000000000080404000000000008050400000000000004140000000000040504000000000000041400000000000405040000000000080404000000000008050400000000000804040');
INSERT INTO geometries (geometry_id, wkb) VALUES (2, X'010100000000000000004050400000000000804040');
INSERT INTO events (seq, import_seq, table_name, record_id, action, true_on, changes, geometry_id, hash) VALUES (1, 1, 'hazard_areas', 'A', 'add', '2001-02-03', X'7b226e616d65223a22d982d8b1d98ad8a9222c2268617a6172645f74797065223a226e6f745f737461746564222c22737461747573223a226f70656e222c227265636f726465645f64617465223a22323030312d30322d3033222c2267656f6d65747279223a223466346230333338363366333531626262383335653165336666383964343534227d', 1, X'dad24d0da06a589d36be73954aad4bf02ed602dc8776c9ba0a9c9c371a330234');
INSERT INTO events (seq, import_seq, table_name, record_id, action, true_on, changes, geometry_id, hash) VALUES (2, 1, 'hazard_areas', 'B', 'add', '2012-01-01', X'7b226e616d65223a22416e612773206d696c6c222c2268617a6172645f74797065223a226e6f745f737461746564222c22737461747573223a226f70656e222c227265636f726465645f64617465223a22323031322d30312d3031222c2267656f6d65747279223a223065623836396335656333326337663838333132633831323639386239313264227d', 2, X'9bffe31eba589335b146a52832c1597c56f011e604004bf2003a336f08493d50');
INSERT INTO events (seq, import_seq, table_name, record_id, action, true_on, changes, geometry_id, hash) VALUES (3, 2, 'hazard_areas', 'A', 'update', '2019-05-06', X'7b22737461747573223a5b226f70656e222c2272656c6561736564225d7d', NULL, X'ab71630264497b4039aad37243ec258e4bd9d3ccc30be9878e93f4c88bf5d549');
INSERT INTO events (seq, import_seq, table_name, record_id, action, true_on, changes, geometry_id, hash) VALUES (4, 3, 'hazard_areas', 'A', 'update', '2020-01-04', X'7b226e616d65223a5b22d982d8b1d98ad8a9222c2277726f6e67225d7d', NULL, X'5480fcaf09a033aa4a9c07d3b2baff1cdef692d0f84b7adaf454840d0cc83212');
INSERT INTO events (seq, import_seq, table_name, record_id, action, true_on, changes, geometry_id, hash) VALUES (5, 3, 'hazard_areas', 'C', 'add', '2020-01-04', X'7b226e616d65223a2277726f6e67222c2268617a6172645f74797065223a226e6f745f737461746564222c22737461747573223a226e6f745f737461746564227d', NULL, X'7cc65aaf9e66bc8874e45b8f50796b1c1912283ccdeec4bff2924dfeabbbde9d');
INSERT INTO events (seq, import_seq, table_name, record_id, action, true_on, changes, geometry_id, hash) VALUES (6, 4, 'hazard_areas', 'A', 'undo', '2020-01-05', X'7b226e616d65223a5b2277726f6e67222c22d982d8b1d98ad8a9225d7d', NULL, X'ec2b094d70c268ee10efd3c01e7a4ff8d4df5485578a5d843ff0b633972ec457');
INSERT INTO events (seq, import_seq, table_name, record_id, action, true_on, changes, geometry_id, hash) VALUES (7, 4, 'hazard_areas', 'C', 'undo', '2020-01-05', X'7b226e616d65223a5b2277726f6e67222c6e756c6c5d2c2268617a6172645f74797065223a5b226e6f745f737461746564222c6e756c6c5d2c22737461747573223a5b226e6f745f737461746564222c6e756c6c5d7d', NULL, X'302567c5898eac2e4249b7014b27c2db49004aa698154b25236a2d6f47bb4610');
INSERT INTO events (seq, import_seq, table_name, record_id, action, true_on, changes, geometry_id, hash) VALUES (8, 5, 'release_products', 'P', 'add', '2019-05-01', X'7b22617265615f6964223a2241222c226b696e64223a22636c6561726564222c22617265615f6d32223a3930302e352c2264617465223a22323031392d30352d3031227d', NULL, X'90728649bc554325c5e5eef075d6d7af3daf4b4391cdbd93280df87fab9b30d0');
INSERT INTO records (table_name, record_id, body, digest, geometry_id, true_on) VALUES ('hazard_areas', 'A', X'7b226e616d65223a22d982d8b1d98ad8a9222c2268617a6172645f74797065223a226e6f745f737461746564222c22737461747573223a2272656c6561736564222c227265636f726465645f64617465223a22323030312d30322d3033227d', '4f4b033863f351bbb835e1e3ff89d454', 1, '2019-05-06');
INSERT INTO records (table_name, record_id, body, digest, geometry_id, true_on) VALUES ('hazard_areas', 'B', X'7b226e616d65223a22416e612773206d696c6c222c2268617a6172645f74797065223a226e6f745f737461746564222c22737461747573223a226f70656e222c227265636f726465645f64617465223a22323031322d30312d3031227d', '0eb869c5ec32c7f88312c812698b912d', 2, '2012-01-01');
INSERT INTO records (table_name, record_id, body, digest, geometry_id, true_on) VALUES ('release_products', 'P', X'7b22617265615f6964223a2241222c226b696e64223a22636c6561726564222c22617265615f6d32223a3930302e352c2264617465223a22323031392d30352d3031227d', '', NULL, '2019-05-01');
