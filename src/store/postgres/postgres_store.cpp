#include "store/postgres/postgres_store.h"

#include <chrono>

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

void roll_back(Connection& connection) {
  if (connection.is_alive() && connection.in_transaction()) connection.script("ROLLBACK");
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

// Entries wait for the end of the transaction and go with one statement, unless somebody asks for
// the journal before.
class PostgresStore::WriterTransaction final : public Recording {
 public:
  WriterTransaction(Connection& connection, std::int64_t next_seq)
      : Recording(next_seq), connection_(connection) {}

  void begin() override {
    Recording::begin();
    begun_ = lines_.size();
    done_before_ = done_;
  }
  void undo() override {
    Recording::undo();
    lines_.resize(begun_);
    // What the unit wrote of those before it is undone with it, and waits again.
    done_ = done_before_;
  }
  void write_entries() {
    if (lines_.size() == done_) return;
    const Value params[] = {boost::json::serialize(
        boost::json::array(lines_.begin() + static_cast<std::ptrdiff_t>(done_), lines_.end()))};
    done_ = lines_.size();
    connection_.run(kRecord, params);
  }

 private:
  std::int64_t run_statement(std::string_view sql, std::span<const Value> params,
                             const std::function<void(const Row&)>& each) override {
    if (sql.find("journal") != std::string_view::npos) write_entries();
    return connection_.run(sql, params, each);
  }
  void write_entry(const Entry& entry, std::string data) override {
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
  }

  Connection& connection_;
  boost::json::array lines_;                // the entries as they are written
  std::size_t begun_ = 0;                   // how many there were when the unit began
  std::size_t done_ = 0, done_before_ = 0;  // how many are written, now and when it began
};

PostgresStore::PostgresStore(Options options, const usecases::Progress& progress)
    : options_(std::move(options)),
      queue_(options_.most_queued),
      readers_(options_.idle_readers,
               [this] { return std::make_unique<Connection>(options_.url); }) {
  connection_ = std::make_unique<Connection>(options_.url);
  migrate(*connection_, options_.steps ? *options_.steps : postgres_steps(), options_.now,
          progress);
  catch_up_head();
  heard_seq_ = connection_->number(kHead);
  writer_ = std::thread([this] { write_loop(); });
  follower_ = std::thread([this] { follow_loop(); });
}

PostgresStore::~PostgresStore() {
  queue_.close();
  closing_ = true;
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
  auto connection = readers_.take();
  try {
    connection->run(kReading);
  } catch (const DatabaseFault&) {
    if (connection->is_alive()) throw;
    // The server went away while it lay idle, and those that lay beside it are of no more use.
    readers_.clear();
    connection = readers_.take();
    connection->run(kReading);
  }
  try {
    ConnectionReader reader(*connection);
    work(reader);
  } catch (...) {
    roll_back(*connection);
    if (connection->is_alive()) readers_.give_back(std::move(connection));
    throw;
  }
  connection->run("COMMIT");
  readers_.give_back(std::move(connection));
}

void PostgresStore::submit(Work work, Done done) {
  queue_.push({std::move(work), std::move(done)});
}

void PostgresStore::listen(Listener listener) {
  std::lock_guard hold(hearing_);
  listener_ = std::move(listener);
}

std::int64_t PostgresStore::last_seq() const { return heard_seq_.load(std::memory_order_acquire); }

std::size_t PostgresStore::queued() const { return queue_.waiting(); }

void PostgresStore::hear(Connection& connection, std::int64_t seq, std::span<const Entry> own) {
  std::lock_guard hold(hearing_);
  const auto hand = [&](std::span<const Entry> entries) {
    heard_seq_.store(entries.back().seq, std::memory_order_release);
    hand_on(listener_, entries);
  };
  const std::int64_t until = own.empty() ? connection.number(kHead) : seq;
  while (heard_seq_.load() < until) {
    std::vector<Entry> others;
    const Value params[] = {heard_seq_.load(), until};
    connection.run(kEntriesAfter, params, [&](const Row& row) { others.push_back(entry_of(row)); });
    if (others.empty()) break;
    hand(others);
  }
  if (!own.empty() && own.front().seq > heard_seq_.load()) hand(own);
}

void PostgresStore::follow_loop() {
  std::unique_ptr<Connection> connection;
  while (!closing_) {
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
  for (auto taken = queue_.take(options_.most_in_commit); !taken.over();
       taken = queue_.take(options_.most_in_commit))
    commit_together(taken.units);
}

Connection& PostgresStore::writer_connection() {
  if (!connection_ || !connection_->is_alive())
    connection_ = std::make_unique<Connection>(options_.url);
  return *connection_;
}

void PostgresStore::run_units(Connection& connection, WriterTransaction& transaction,
                              std::span<Unit> units) {
  connection.script(kUnit);
  for (std::size_t next = 0; next < units.size(); ++next) {
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
}

void PostgresStore::commit_together(std::span<Unit> units) {
  std::vector<Entry> entries;
  Connection* connection = nullptr;
  try {
    connection = &writer_connection();
    connection->run("BEGIN");
    connection->run(kLockWriting);
    WriterTransaction transaction(*connection, connection->number(kHead) + 1);
    run_units(*connection, transaction, units);
    transaction.write_entries();
    entries = transaction.entries();
    if (!entries.empty()) {
      const Value params[] = {entries.back().seq};
      connection->run(kMoveHead, params);
      connection->run(kNotify);
    }
    connection->run("COMMIT");
  } catch (...) {
    entries.clear();
    lose(units, std::current_exception());
    try {
      if (connection) roll_back(*connection);
    } catch (const std::exception& error) {
      log::error("a lost transaction could not be rolled back", {{"detail", error.what()}});
    }
  }
  if (!entries.empty()) {
    try {
      hear(*connection, entries.front().seq - 1, entries);
    } catch (const std::exception& error) {
      // It is durable, and whoever follows comes to it.
      log::warning("the journal is heard later", {{"detail", error.what()}});
    }
  }
  answer(units);
}

}  // namespace anxiao::store::postgres
