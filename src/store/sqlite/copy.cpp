#include "store/sqlite/copy.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "store/sqlite/connection.h"

namespace anxiao::store::sqlite {

using usecases::DatabaseFault;

namespace {

constexpr int kPagesAtOnce = 512;
constexpr int kInstructionsBetweenLooks = 100000;

int stop_asked(void* progress) {
  return static_cast<const usecases::Progress*>(progress)->stopped() ? 1 : 0;
}

void check_copy(const std::filesystem::path& path, const usecases::Progress& progress) {
  Connection copy(path, Connection::Access::read_write);
  sqlite3_progress_handler(copy.handle(), kInstructionsBetweenLooks, stop_asked,
                           const_cast<usecases::Progress*>(&progress));
  std::string first;
  try {
    copy.run("PRAGMA quick_check(1)", {}, [&](const usecases::Row& row) { first = row.text(0); });
  } catch (const DatabaseFault& fault) {
    if (fault.kind == DatabaseFault::Kind::interrupted) throw usecases::Interrupted();
    throw;
  }
  if (first != "ok")
    throw DatabaseFault(DatabaseFault::Kind::damaged,
                        "the database is damaged, and so would be its copy: " + first +
                            "; restore an older backup");
}

}  // namespace

void copy_database(const std::filesystem::path& from, const std::filesystem::path& to,
                   const usecases::Progress& progress) {
  int fd = ::open(to.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0)
    throw DatabaseFault(errno == ENOSPC ? DatabaseFault::Kind::full : DatabaseFault::Kind::other,
                        "cannot make " + to.string() + ": " + std::strerror(errno));
  ::close(fd);
  {
    Connection source(from, Connection::Access::read_only);
    Connection target(to, Connection::Access::read_write);
    target.script("PRAGMA synchronous = OFF");  // whoever asks for the copy brings it to the disk
    // Held open, so that all steps copy one state and writers never make the copy begin again.
    source.script("BEGIN");
    source.number("SELECT count(*) FROM sqlite_master");
    std::unique_ptr<sqlite3_backup, int (*)(sqlite3_backup*)> copying(
        sqlite3_backup_init(target.handle(), "main", source.handle(), "main"),
        sqlite3_backup_finish);
    if (!copying) throw target.fault("copying the database");
    for (int code = SQLITE_OK; code != SQLITE_DONE;) {
      code = sqlite3_backup_step(copying.get(), kPagesAtOnce);
      if (code != SQLITE_OK && code != SQLITE_DONE)
        throw DatabaseFault(kind_of(code),
                            std::string("copying the database: ") + sqlite3_errstr(code));
      int total = sqlite3_backup_pagecount(copying.get());
      progress.step("copying the database", total - sqlite3_backup_remaining(copying.get()), total);
    }
  }
  progress.step("checking the copy of the database", 0, 1);
  check_copy(to, progress);
  progress.step("checking the copy of the database", 1, 1);
}

}  // namespace anxiao::store::sqlite
