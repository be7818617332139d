#include "store/sqlite/sqlite_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <future>
#include <system_error>

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

void remove_with_companions(const fs::path& path) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) fs::remove(path.string() + suffix);
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

class SqliteStore::WriterTransaction final : public Recording {
 public:
  WriterTransaction(Connection& connection, std::int64_t next_seq)
      : Recording(next_seq), connection_(connection) {}

 private:
  std::int64_t run_statement(std::string_view sql, std::span<const Value> params,
                             const std::function<void(const Row&)>& each) override {
    return connection_.run(sql, params, each);
  }
  void write_entry(const Entry& entry, std::string data) override {
    const Value params[] = {
        entry.district,    entry.seq,       entry.organisation, entry.path,  entry.holder,
        entry.kind,        entry.noun,      entry.subject,      entry.actor, entry.happened_at.ms,
        entry.known_at.ms, std::move(data), entry.hash};
    connection_.run(kRecord, params);
  }

  Connection& connection_;
};

SqliteStore::SqliteStore(Options options, const usecases::Progress& progress)
    : options_(std::move(options)),
      queue_(options_.most_queued),
      readers_(options_.idle_readers, [this] {
        auto made = std::make_unique<Connection>(options_.path, Connection::Access::read_only);
        set_up_reader(*made);
        return made;
      }) {
  open(progress);
  if (!options_.read_only) writer_ = std::thread([this] { write_loop(); });
}

SqliteStore::~SqliteStore() {
  queue_.close();
  if (writer_.joinable()) writer_.join();
  readers_.clear();
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
  auto connection = readers_.take();
  connection->run("BEGIN");
  try {
    ConnectionReader reader(*connection);
    work(reader);
  } catch (...) {
    if (connection->in_transaction()) connection->script("ROLLBACK");
    readers_.give_back(std::move(connection));
    throw;
  }
  connection->run("COMMIT");
  readers_.give_back(std::move(connection));
}

void SqliteStore::submit(Work work, Done done) {
  expect(!options_.read_only, "the store was opened for reading only");
  queue_.push({std::move(work), std::move(done)});
}

void SqliteStore::listen(Listener listener) { listener_ = std::move(listener); }

std::int64_t SqliteStore::last_seq() const { return durable_seq_.load(std::memory_order_acquire); }

std::size_t SqliteStore::queued() const { return queue_.waiting(); }

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
  expect(!options_.read_only, "the store was opened for reading only");
  queue_.push_chore({[&](usecases::Transaction&) {
                       work(*connection_);
                       return true;
                     },
                     [&](std::exception_ptr fault) {
                       if (fault)
                         promise.set_exception(fault);
                       else
                         promise.set_value();
                     }});
  finished.get();
}

void SqliteStore::write_loop() {
  for (auto taken = queue_.take(options_.most_in_commit); !taken.over();
       taken = queue_.take(options_.most_in_commit)) {
    for (Unit& chore : taken.chores) {
      WriterTransaction none(*connection_, 0);
      try {
        chore.work(none);
      } catch (...) {
        chore.fault = std::current_exception();
      }
      if (connection_->in_transaction()) connection_->script("ROLLBACK");
      chore.done(std::move(chore.fault));
    }
    for (std::span<Unit> units = taken.units; !units.empty();)
      units = units.subspan(commit_together(units));
  }
}

std::size_t SqliteStore::commit_together(std::span<Unit> units) {
  Connection& connection = *connection_;
  WriterTransaction transaction(connection, durable_seq_.load(std::memory_order_relaxed) + 1);
  std::size_t next = 0;
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
    lose(units.first(next), lost);
  } else if (!transaction.entries().empty()) {
    durable_seq_.store(transaction.entries().back().seq, std::memory_order_release);
    hand_on(listener_, transaction.entries());
  }
  // From here on a fault belongs to whoever is answered.
  transaction.begin();
  lost = nullptr;
  answer(units.first(next));
  return next;
}

}  // namespace anxiao::store::sqlite
