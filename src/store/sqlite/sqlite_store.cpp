#include "store/sqlite/sqlite_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <future>
#include <system_error>

#include "base/hash.h"
#include "base/log.h"
#include "store/sqlite/migrate.h"

namespace anxiao::store::sqlite {

namespace fs = std::filesystem;
using usecases::DatabaseFault;
using usecases::Entry;
using usecases::Row;
using usecases::Value;

namespace {

// The highest sequence, found by the ends of the districts that have entries, not by counting.
constexpr std::string_view kLastSeq =
    "WITH RECURSIVE held(district) AS ("
    " SELECT min(district) FROM journal"
    " UNION ALL"
    " SELECT (SELECT min(j.district) FROM journal j WHERE j.district > held.district)"
    " FROM held WHERE held.district IS NOT NULL) "
    "SELECT coalesce(max((SELECT max(j.seq) FROM journal j WHERE j.district = held.district)), 0) "
    "FROM held";

constexpr std::string_view kRecord =
    "INSERT INTO journal (district, seq, organisation, path, holder, kind, noun, subject, actor, "
    "happened_at, known_at, data, hash) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

DatabaseFault damaged(const fs::path& path, const std::string& what) {
  return {DatabaseFault::Kind::damaged,
          path.string() + " is damaged: " + what +
              ". Stop the server, keep the data folder aside, and restore the newest backup into "
              "an empty one with `anxiao restore`"};
}

void sync_folder(const fs::path& folder) {
  int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

void set_up_writer(Connection& connection) {
  connection.script(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; "
      "PRAGMA journal_size_limit = 67108864; PRAGMA foreign_keys = OFF; "
      "PRAGMA secure_delete = FAST; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536");
}

void set_up_reader(Connection& connection) {
  connection.script(
      "PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192");
}

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

void remove_with_companions(const fs::path& path) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) fs::remove(path.string() + suffix);
}

// What the neighbours of a failed unit are told: a fault of the database, whatever it threw. Each
// gets an object of its own, since each is answered on another thread.
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

// A new database appears under its name only when it is whole, so that an empty file is always
// damage and never a beginning.
void make_database(const fs::path& path, std::span<const Step> steps, Instant now,
                   const usecases::Progress& progress) {
  fs::path fresh = path.string() + ".new";
  remove_with_companions(fresh);
  int fd = ::open(fresh.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0)
    throw DatabaseFault(errno == ENOSPC ? DatabaseFault::Kind::full : DatabaseFault::Kind::other,
                        "cannot make " + fresh.string() + ": " + std::strerror(errno));
  ::close(fd);
  try {
    Connection connection(fresh, Connection::Access::read_write);
    set_up_writer(connection);
    migrate(connection, steps, now, progress);
  } catch (...) {
    remove_with_companions(fresh);
    throw;
  }
  fs::rename(fresh, path);
  sync_folder(folder_of(path));
}

}  // namespace

// One process writes a database: the sequence of the journal and what follows it live in memory.
class SqliteStore::Lock {
 public:
  explicit Lock(const fs::path& path) {
    fd_ = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (fd_ < 0)
      throw DatabaseFault(DatabaseFault::Kind::other,
                          "cannot make " + path.string() + ": " + std::strerror(errno));
    if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
      ::close(fd_);
      throw DatabaseFault(DatabaseFault::Kind::busy,
                          "another process has the database open (" + path.string() +
                              " is locked): stop it first, or ask it by its address");
    }
  }
  ~Lock() { ::close(fd_); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  int fd_ = -1;
};

// A reading connection for the time of one read.
class SqliteStore::Lease {
 public:
  explicit Lease(SqliteStore& store) : store_(store) {
    {
      std::lock_guard hold(store_.readers_mutex_);
      if (!store_.idle_readers_.empty()) {
        connection_ = std::move(store_.idle_readers_.back());
        store_.idle_readers_.pop_back();
      }
    }
    if (!connection_) {
      connection_ =
          std::make_unique<Connection>(store_.options_.path, Connection::Access::read_only);
      set_up_reader(*connection_);
    }
  }
  ~Lease() {
    if (connection_->in_transaction()) return;
    std::lock_guard hold(store_.readers_mutex_);
    if (store_.idle_readers_.size() < store_.options_.idle_readers)
      store_.idle_readers_.push_back(std::move(connection_));
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  Connection& connection() { return *connection_; }

 private:
  SqliteStore& store_;
  std::unique_ptr<Connection> connection_;
};

class SqliteStore::WriterTransaction final : public usecases::Transaction {
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
    const Value params[] = {
        entry.district,    entry.seq,       entry.organisation, entry.path,  entry.holder,
        entry.kind,        entry.noun,      entry.subject,      entry.actor, entry.happened_at.ms,
        entry.known_at.ms, std::move(data), entry.hash};
    run(kRecord, params, {});
    entries_.push_back(std::move(entry));
    return next_seq_++;
  }

  // A unit of work begins.
  void begin() {
    written_ = entries_.size();
    fault_ = nullptr;
  }
  // The unit is undone: its entries are forgotten and their sequences are free.
  void undo() {
    next_seq_ -= static_cast<std::int64_t>(entries_.size() - written_);
    entries_.resize(written_);
  }
  // What the unit met, whether or not it let it through.
  const std::exception_ptr& fault() const { return fault_; }
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::int64_t run(std::string_view sql, std::span<const Value> params,
                   const std::function<void(const Row&)>& each) {
    if (fault_) std::rethrow_exception(fault_);
    try {
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
  std::exception_ptr fault_;
};

SqliteStore::SqliteStore(Options options, const usecases::Progress& progress)
    : options_(std::move(options)) {
  open(progress);
  if (!options_.read_only) writer_ = std::thread([this] { write_loop(); });
}

SqliteStore::~SqliteStore() {
  {
    std::lock_guard hold(queue_mutex_);
    closing_ = true;
  }
  queued_.notify_all();
  if (writer_.joinable()) writer_.join();
  idle_readers_.clear();
  connection_.reset();
}

void SqliteStore::open(const usecases::Progress& progress) {
  const auto& steps = options_.steps ? *options_.steps : sqlite_steps();
  const fs::path& path = options_.path;
  if (!options_.read_only) {
    fs::create_directories(folder_of(path));
    lock_ = std::make_unique<Lock>(path.string() + ".lock");
    if (!fs::exists(path)) make_database(path, steps, options_.now, progress);
  }
  if (!fs::exists(path))
    throw DatabaseFault(DatabaseFault::Kind::other, "there is no database at " + path.string());
  if (fs::file_size(path) == 0) throw damaged(path, "the file is empty");
  try {
    connection_ = std::make_unique<Connection>(
        path, options_.read_only ? Connection::Access::read_only : Connection::Access::read_write);
    // A full check reads the whole file and is `anxiao journal verify`; this touches the header,
    // the schema and the end of the journal.
    connection_->number("PRAGMA schema_version");
    if (connection_->number("PRAGMA application_id") != kApplicationId)
      throw DatabaseFault(DatabaseFault::Kind::other,
                          path.string() + " is a SQLite database of another program");
    if (options_.read_only) {
      set_up_reader(*connection_);
      check_steps(*connection_, steps);
    } else {
      set_up_writer(*connection_);
      migrate(*connection_, steps, options_.now, progress);
    }
    std::int64_t last = connection_->number(kLastSeq);
    const Value tail[] = {last};
    connection_->number(
        "SELECT length(j.data) FROM districts d JOIN journal j ON j.district = d.district "
        "WHERE j.seq = $1",
        tail);
    durable_seq_ = last;
  } catch (const DatabaseFault& fault) {
    connection_.reset();
    if (fault.kind == DatabaseFault::Kind::damaged) throw damaged(path, fault.what());
    throw;
  }
}

void SqliteStore::read(const std::function<void(usecases::Reader&)>& work) {
  Lease lease(*this);
  Connection& connection = lease.connection();
  connection.run("BEGIN");
  try {
    ConnectionReader reader(connection);
    work(reader);
  } catch (...) {
    if (connection.in_transaction()) connection.script("ROLLBACK");
    throw;
  }
  connection.run("COMMIT");
}

void SqliteStore::submit(Work work, Done done) {
  push(Unit{std::move(work), std::move(done)}, false);
}

void SqliteStore::push(Unit unit, bool housekeeping) {
  expect(!options_.read_only, "the store was opened for reading only");
  {
    std::lock_guard hold(queue_mutex_);
    if (closing_) throw DatabaseFault(DatabaseFault::Kind::busy, "the store is closing");
    if (housekeeping) {
      housekeeping_.push_back(std::move(unit));
    } else {
      if (queue_.size() >= options_.most_queued)
        throw DatabaseFault(DatabaseFault::Kind::busy, "too many units of work are waiting");
      queue_.push_back(std::move(unit));
    }
  }
  queued_.notify_one();
}

void SqliteStore::listen(Listener listener) { listener_ = std::move(listener); }

std::int64_t SqliteStore::last_seq() const { return durable_seq_.load(std::memory_order_acquire); }

std::size_t SqliteStore::queued() const {
  std::lock_guard hold(queue_mutex_);
  return queue_.size();
}

std::uintmax_t SqliteStore::size() const {
  std::error_code none;
  std::uintmax_t total = 0;
  for (const char* suffix : {"", "-wal"}) {
    auto bytes = fs::file_size(options_.path.string() + suffix, none);
    if (!none) total += bytes;
  }
  return total;
}

void SqliteStore::between_commits(const std::function<void(Connection&)>& work) {
  expect(!on_writing_thread(), "housekeeping would wait for itself on the writing thread");
  std::promise<void> promise;
  auto finished = promise.get_future();
  push(Unit{[&](usecases::Transaction&) {
              work(*connection_);
              return true;
            },
            [&](std::exception_ptr fault) {
              if (fault)
                promise.set_exception(fault);
              else
                promise.set_value();
            }},
       true);
  finished.get();
}

void SqliteStore::write_loop() {
  for (;;) {
    std::vector<Unit> units;
    std::deque<Unit> chores;
    {
      std::unique_lock hold(queue_mutex_);
      queued_.wait(hold, [&] { return closing_ || !queue_.empty() || !housekeeping_.empty(); });
      if (queue_.empty() && housekeeping_.empty()) return;
      chores.swap(housekeeping_);
      auto count = std::min(queue_.size(), options_.most_in_commit);
      units.reserve(count);
      for (std::size_t i = 0; i < count; ++i) {
        units.push_back(std::move(queue_.front()));
        queue_.pop_front();
      }
    }
    for (Unit& chore : chores) {
      WriterTransaction none(*connection_, 0);
      try {
        chore.work(none);
      } catch (...) {
        chore.fault = std::current_exception();
      }
      if (connection_->in_transaction()) connection_->script("ROLLBACK");
      chore.done(std::move(chore.fault));
    }
    std::size_t from = 0;
    while (from < units.size()) from = commit_together(units, from);
  }
}

std::size_t SqliteStore::commit_together(std::vector<Unit>& units, std::size_t from) {
  Connection& connection = *connection_;
  WriterTransaction transaction(connection, durable_seq_.load(std::memory_order_relaxed) + 1);
  std::size_t next = from;
  // What befell the transaction as a whole: then nothing of it was kept.
  std::exception_ptr lost;
  try {
    connection.run("BEGIN IMMEDIATE");
    for (; next < units.size() && !lost; ++next) {
      Unit& unit = units[next];
      bool keep = false;
      transaction.begin();
      connection.run("SAVEPOINT unit");
      try {
        keep = unit.work(transaction);
        if (keep) unit.fault = transaction.fault();
      } catch (...) {
        unit.fault = std::current_exception();
      }
      if (!connection.in_transaction()) {
        // A full disk or an I/O error undid the whole transaction, not only this unit.
        lost = transaction.fault();
        if (!lost)
          lost = std::make_exception_ptr(
              DatabaseFault(DatabaseFault::Kind::other, "the transaction was ended by its work"));
        continue;
      }
      if (!keep || unit.fault) {
        connection.run("ROLLBACK TO unit");
        transaction.undo();
      }
      connection.run("RELEASE unit");
    }
    if (!lost) connection.run("COMMIT");
  } catch (...) {
    lost = std::current_exception();
    next = units.size();
  }
  if (lost) {
    try {
      if (connection.in_transaction()) connection.script("ROLLBACK");
    } catch (const std::exception& error) {
      log::error("a lost transaction could not be rolled back", {{"detail", error.what()}});
    }
    // Refusals among them too: they may rest on what a neighbour wrote and is now undone.
    for (std::size_t i = from; i < next; ++i)
      if (!units[i].fault) units[i].fault = as_database_fault(lost);
  } else if (!transaction.entries().empty()) {
    durable_seq_.store(transaction.entries().back().seq, std::memory_order_release);
    if (listener_) {
      try {
        listener_(transaction.entries());
      } catch (const std::exception& error) {
        log::error("a listener of the journal failed", {{"detail", error.what()}});
      }
    }
  }
  // From here on a fault belongs to whoever is answered.
  transaction.begin();
  lost = nullptr;
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

}  // namespace anxiao::store::sqlite
