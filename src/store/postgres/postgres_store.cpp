#include "store/postgres/postgres_store.h"

#include <chrono>

#include "base/hash.h"
#include "base/log.h"
#include "store/postgres/migrate.h"

namespace anxiao::store::postgres {

using usecases::DatabaseFault;
using usecases::Entry;
using usecases::Row;
using usecases::Value;

namespace {

// Any number of entries with one statement, each an object of the list.
constexpr std::string_view kRecord =
    "INSERT INTO journal (district, seq, organisation, path, holder, kind, noun, subject, actor, "
    "happened_at, known_at, data, hash) "
    "SELECT district, seq, organisation, path, holder, kind, noun, subject, actor, happened_at, "
    "known_at, data, hash FROM json_to_recordset(CAST($1 AS JSON)) AS entry(district TEXT, "
    "seq BIGINT, organisation TEXT, path TEXT, holder TEXT, kind TEXT, noun TEXT, subject TEXT, "
    "actor TEXT, happened_at BIGINT, known_at BIGINT, data TEXT, hash TEXT)";
constexpr const char* kUnit = "SAVEPOINT unit";
constexpr const char* kNextUnit = "RELEASE SAVEPOINT unit; SAVEPOINT unit";
constexpr std::string_view kHead = "SELECT seq FROM journal_heads WHERE district = ''";
constexpr std::string_view kMoveHead = "UPDATE journal_heads SET seq = $1 WHERE district = ''";
constexpr std::string_view kLiftHead =
    "UPDATE journal_heads h SET seq = found.seq FROM (SELECT coalesce(max(last.seq), 0) AS seq"
    " FROM districts d CROSS JOIN LATERAL (SELECT max(j.seq) AS seq FROM journal j"
    " WHERE j.district = d.district) last) found WHERE h.district = '' AND h.seq < found.seq";
constexpr std::string_view kEntriesAfter =
    "SELECT j.district, j.seq, j.organisation, j.path, j.holder, j.kind, j.noun, j.subject,"
    " j.actor, j.happened_at, j.known_at, j.data, j.hash FROM districts d"
    " JOIN journal j ON j.district = d.district"
    " WHERE j.seq > $1 AND j.seq <= $2 ORDER BY j.seq LIMIT 10000";
constexpr std::string_view kReading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
constexpr const char* kListen = "LISTEN anxiao_journal";
constexpr const char* kNotify = "NOTIFY anxiao_journal";
// How long others' entries may go unheard where a notice was lost.
constexpr int kListenMs = 250;
constexpr auto kTurn = std::chrono::milliseconds(20);
constexpr auto kPauseAfterLoss = std::chrono::milliseconds(200);

class ConnectionReader final : public usecases::Reader {
 public:
  explicit ConnectionReader(Connection& connection) : connection_(connection) {}
  void query(std::string_view sql, std::span<const Value> params,
             const std::function<void(const Row&)>& each) override {
    connection_.run(sql, params, each);
  }

 private:
  Connection& connection_;
};

void roll_back(Connection& connection) {
  if (connection.is_alive() && connection.in_transaction()) connection.script("ROLLBACK");
}

// Each of those who are answered gets an object of its own, on another thread.
std::exception_ptr as_database_fault(const std::exception_ptr& fault) {
  try {
    std::rethrow_exception(fault);
  } catch (const DatabaseFault& known) {
    return std::make_exception_ptr(DatabaseFault(known.kind, known.what()));
  } catch (const std::exception& error) {
    return std::make_exception_ptr(DatabaseFault(DatabaseFault::Kind::other, error.what()));
  } catch (...) {
    return std::make_exception_ptr(DatabaseFault(DatabaseFault::Kind::other, "unknown"));
  }
}

Entry entry_of(const Row& row) {
  return {.seq = row.integer(1),
          .district = std::string(row.text(0)),
          .organisation = std::string(row.text(2)),
          .path = std::string(row.text(3)),
          .holder = std::string(row.text(4)),
          .kind = std::string(row.text(5)),
          .noun = std::string(row.text(6)),
          .subject = std::string(row.text(7)),
          .actor = std::string(row.text(8)),
          .happened_at = {row.integer(9)},
          .known_at = {row.integer(10)},
          .data = boost::json::parse(row.text(11)).as_object(),
          .hash = std::string(row.text(12))};
}

}  // namespace

// A reading connection for the time of one read.
class PostgresStore::Lease {
 public:
  explicit Lease(PostgresStore& store) : store_(store) {
    {
      std::lock_guard hold(store_.readers_mutex_);
      if (!store_.idle_readers_.empty()) {
        connection_ = std::move(store_.idle_readers_.back());
        store_.idle_readers_.pop_back();
      }
    }
    if (!connection_) connection_ = std::make_unique<Connection>(store_.options_.url);
  }
  ~Lease() {
    if (!connection_->is_alive() || connection_->in_transaction()) return;
    std::lock_guard hold(store_.readers_mutex_);
    if (store_.idle_readers_.size() < store_.options_.idle_readers)
      store_.idle_readers_.push_back(std::move(connection_));
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  Connection& connection() { return *connection_; }
  // Another, where the one that lay idle has died meanwhile; all that lay idle with it are let go.
  void renew() {
    std::lock_guard hold(store_.readers_mutex_);
    store_.idle_readers_.clear();
    connection_ = std::make_unique<Connection>(store_.options_.url);
  }

 private:
  PostgresStore& store_;
  std::unique_ptr<Connection> connection_;
};

class PostgresStore::WriterTransaction final : public usecases::Transaction {
 public:
  WriterTransaction(Connection& connection, std::int64_t next_seq)
      : connection_(connection), next_seq_(next_seq) {}

  void query(std::string_view sql, std::span<const Value> params,
             const std::function<void(const Row&)>& each) override {
    run(sql, params, each);
  }
  std::int64_t exec(std::string_view sql, std::span<const Value> params) override {
    return run(sql, params, {});
  }
  std::int64_t record(Entry entry) override {
    entry.seq = next_seq_;
    std::string data = boost::json::serialize(entry.data);
    entry.hash = sha256_hex(hashed_text(entry, data));
    lines_.push_back({{"district", entry.district},
                      {"seq", entry.seq},
                      {"organisation", entry.organisation},
                      {"path", entry.path},
                      {"holder", entry.holder},
                      {"kind", entry.kind},
                      {"noun", entry.noun},
                      {"subject", entry.subject},
                      {"actor", entry.actor},
                      {"happened_at", entry.happened_at.ms},
                      {"known_at", entry.known_at.ms},
                      {"data", std::move(data)},
                      {"hash", entry.hash}});
    entries_.push_back(std::move(entry));
    return next_seq_++;
  }
  // Entries wait for the end of the transaction and go with one statement, unless somebody asks
  // for the journal before.
  void write_entries() {
    if (lines_.size() == done_) return;
    const Value params[] = {boost::json::serialize(
        boost::json::array(lines_.begin() + static_cast<std::ptrdiff_t>(done_), lines_.end()))};
    done_ = lines_.size();
    connection_.run(kRecord, params);
  }

  void begin() {
    written_ = entries_.size();
    done_before_ = done_;
    fault_ = nullptr;
  }
  // The unit is undone: its entries are forgotten and their sequences are free.
  void undo() {
    next_seq_ -= static_cast<std::int64_t>(entries_.size() - written_);
    entries_.resize(written_);
    lines_.resize(written_);
    // What the unit wrote of those before it is undone with it, and waits again.
    done_ = done_before_;
  }
  const std::exception_ptr& fault() const { return fault_; }
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::int64_t run(std::string_view sql, std::span<const Value> params,
                   const std::function<void(const Row&)>& each) {
    if (fault_) std::rethrow_exception(fault_);
    try {
      if (sql.find("journal") != std::string_view::npos) write_entries();
      return connection_.run(sql, params, each);
    } catch (const DatabaseFault&) {
      fault_ = std::current_exception();
      throw;
    }
  }

  Connection& connection_;
  std::int64_t next_seq_;
  std::vector<Entry> entries_;
  std::size_t written_ = 0;
  boost::json::array lines_;                // the entries as they are written
  std::size_t done_ = 0, done_before_ = 0;  // how many are, now and when the unit began
  std::exception_ptr fault_;
};

PostgresStore::PostgresStore(Options options, const usecases::Progress& progress)
    : options_(std::move(options)) {
  connection_ = std::make_unique<Connection>(options_.url);
  migrate(*connection_, options_.steps ? *options_.steps : postgres_steps(), options_.now,
          progress);
  catch_up_head();
  heard_seq_ = connection_->number(kHead);
  writer_ = std::thread([this] { write_loop(); });
  follower_ = std::thread([this] { follow_loop(); });
}

PostgresStore::~PostgresStore() {
  {
    std::lock_guard hold(queue_mutex_);
    closing_ = true;
  }
  queued_.notify_all();
  writer_.join();
  follower_.join();
}

// Where entries came in by a move or from a backup, the head is behind them.
void PostgresStore::catch_up_head() {
  connection_->run("BEGIN");
  connection_->run(kLockWriting);
  connection_->run(kLiftHead);
  connection_->run("COMMIT");
}

void PostgresStore::read(const std::function<void(usecases::Reader&)>& work) {
  Lease lease(*this);
  try {
    lease.connection().run(kReading);
  } catch (const DatabaseFault&) {
    if (lease.connection().is_alive()) throw;
    lease.renew();
    lease.connection().run(kReading);
  }
  Connection& connection = lease.connection();
  try {
    ConnectionReader reader(connection);
    work(reader);
  } catch (...) {
    roll_back(connection);
    throw;
  }
  connection.run("COMMIT");
}

void PostgresStore::submit(Work work, Done done) {
  {
    std::lock_guard hold(queue_mutex_);
    if (closing_) throw DatabaseFault(DatabaseFault::Kind::busy, "the store is closing");
    if (queue_.size() >= options_.most_queued)
      throw DatabaseFault(DatabaseFault::Kind::busy, "too many units of work are waiting");
    queue_.push_back(Unit{std::move(work), std::move(done)});
  }
  queued_.notify_one();
}

void PostgresStore::listen(Listener listener) {
  std::lock_guard hold(hearing_);
  listener_ = std::move(listener);
}

std::int64_t PostgresStore::last_seq() const { return heard_seq_.load(std::memory_order_acquire); }

std::size_t PostgresStore::queued() const {
  std::lock_guard hold(queue_mutex_);
  return queue_.size();
}

void PostgresStore::hear(Connection& connection, std::int64_t seq, std::span<const Entry> own) {
  std::lock_guard hold(hearing_);
  const auto hand_on = [&](std::span<const Entry> entries) {
    if (entries.empty()) return;
    heard_seq_.store(entries.back().seq, std::memory_order_release);
    if (!listener_) return;
    try {
      listener_(entries);
    } catch (const std::exception& error) {
      log::error("a listener of the journal failed", {{"detail", error.what()}});
    }
  };
  const std::int64_t until = own.empty() ? connection.number(kHead) : seq;
  while (heard_seq_.load() < until) {
    std::vector<Entry> others;
    const Value params[] = {heard_seq_.load(), until};
    connection.run(kEntriesAfter, params, [&](const Row& row) { others.push_back(entry_of(row)); });
    if (others.empty()) break;
    hand_on(others);
  }
  if (!own.empty() && own.front().seq > heard_seq_.load()) hand_on(own);
}

void PostgresStore::follow_loop() {
  std::unique_ptr<Connection> connection;
  const auto is_over = [&] {
    std::lock_guard hold(queue_mutex_);
    return closing_;
  };
  while (!is_over()) {
    try {
      if (!connection) {
        connection = std::make_unique<Connection>(options_.url);
        connection->script(kListen);
      }
      hear(*connection, 0, {});
      // What this server wrote is heard by whoever wrote it: a short pause leaves that its turn.
      if (connection->wait_for_notice(kListenMs)) std::this_thread::sleep_for(kTurn);
    } catch (const std::exception& error) {
      log::warning("the journal could not be followed", {{"detail", error.what()}});
      connection.reset();
      std::this_thread::sleep_for(kPauseAfterLoss);
    }
  }
}

void PostgresStore::write_loop() {
  for (;;) {
    std::vector<Unit> units;
    {
      std::unique_lock hold(queue_mutex_);
      queued_.wait(hold, [&] { return closing_ || !queue_.empty(); });
      if (queue_.empty()) return;
      const auto count = std::min(queue_.size(), options_.most_in_commit);
      units.reserve(count);
      for (std::size_t i = 0; i < count; ++i) {
        units.push_back(std::move(queue_.front()));
        queue_.pop_front();
      }
    }
    std::size_t from = 0;
    while (from < units.size()) from = commit_together(units, from);
  }
}

Connection& PostgresStore::writer_connection() {
  if (!connection_ || !connection_->is_alive())
    connection_ = std::make_unique<Connection>(options_.url);
  return *connection_;
}

std::size_t PostgresStore::run_units(Connection& connection, WriterTransaction& transaction,
                                     std::vector<Unit>& units, std::size_t from) {
  std::size_t next = from;
  connection.script(kUnit);
  for (; next < units.size(); ++next) {
    Unit& unit = units[next];
    bool keep = false;
    transaction.begin();
    try {
      keep = unit.work(transaction);
      if (keep) unit.fault = transaction.fault();
    } catch (...) {
      unit.fault = std::current_exception();
    }
    if (!connection.is_alive()) {
      expect(transaction.fault() != nullptr, "a connection is lost by a statement");
      std::rethrow_exception(transaction.fault());
    }
    if (!keep || unit.fault) {
      connection.script("ROLLBACK TO SAVEPOINT unit");
      transaction.undo();
    } else if (next + 1 < units.size()) {
      connection.script(kNextUnit);
    }
  }
  return next;
}

std::size_t PostgresStore::commit_together(std::vector<Unit>& units, std::size_t from) {
  std::size_t next = units.size();
  std::vector<Entry> entries;
  std::exception_ptr lost;
  try {
    Connection& connection = writer_connection();
    try {
      connection.run("BEGIN");
      connection.run(kLockWriting);
      WriterTransaction transaction(connection, connection.number(kHead) + 1);
      next = run_units(connection, transaction, units, from);
      transaction.write_entries();
      entries = transaction.entries();
      if (!entries.empty()) {
        const Value params[] = {entries.back().seq};
        connection.run(kMoveHead, params);
        connection.run(kNotify);
      }
      connection.run("COMMIT");
    } catch (...) {
      lost = std::current_exception();
      roll_back(connection);
    }
    if (!lost && !entries.empty()) {
      try {
        hear(connection, entries.front().seq - 1, entries);
      } catch (const std::exception& error) {
        // It is durable, and whoever follows comes to it.
        log::warning("the journal is heard later", {{"detail", error.what()}});
      }
    }
  } catch (...) {
    if (!lost) lost = std::current_exception();
  }
  if (lost) {
    // Refusals among them too: they may rest on what a neighbour wrote and is now undone.
    for (std::size_t i = from; i < next; ++i)
      if (!units[i].fault) units[i].fault = as_database_fault(lost);
  }
  for (std::size_t i = from; i < next; ++i) {
    try {
      if (units[i].done) units[i].done(std::move(units[i].fault));
    } catch (const std::exception& error) {
      log::error("an answer after a commit failed", {{"detail", error.what()}});
    }
    units[i] = {};
  }
  return next;
}

}  // namespace anxiao::store::postgres
