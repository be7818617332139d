// The store over one SQLite file, for one process. Readers run on the calling thread, each on a
// read-only connection of its own and in one snapshot. Everything that writes runs on one writing
// thread, the write executor: it takes whatever has queued up while the last commit reached the
// disk, runs each unit of work under a savepoint of one transaction, commits once, and only then
// answers (docs/decisions/0004). It does not know what the units of work mean.
//
// A unit of work is short and does no I/O besides the database: all others wait for it.

#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "store/reading.h"
#include "store/recording.h"
#include "store/sqlite/connection.h"
#include "store/steps.h"
#include "store/unit_queue.h"
#include "usecases/ports.h"
#include "usecases/progress.h"

namespace anxiao::store::sqlite {

struct Options {
  std::filesystem::path path;
  // For verification beside a running server: nothing is made, migrated, locked or written.
  bool read_only = false;
  std::size_t most_queued = 8192;  // units of work; beyond it `submit` throws busy
  std::size_t most_in_commit = 512;
  std::size_t idle_readers = 16;             // connections kept open for the next readers
  Instant now = {};                          // written beside the steps that are applied
  const std::vector<Step>* steps = nullptr;  // those of the program, unless a test has others
};

class SqliteStore final : public usecases::Store {
 public:
  // Opens, makes the file where there is none, and migrates. Throws DatabaseFault: damaged with
  // what to do, busy where another process has it open, other where it is newer than the program.
  explicit SqliteStore(Options options, const usecases::Progress& progress = {});
  // Finishes what is queued, then closes.
  ~SqliteStore() override;

  void read(const std::function<void(usecases::Reader&)>& work) override;
  void submit(Work work, Done done) override;
  void listen(Listener listener) override;
  std::int64_t last_seq() const override;

  // Runs between two commits on the writer's own connection, and waits: housekeeping.
  void between_commits(const std::function<void(Connection&)>& work);

  // Units of work that wait, for the metrics.
  std::size_t queued() const;
  // Bytes of the file and of what is not yet checkpointed into it.
  std::uintmax_t size() const;

 protected:
  bool on_writing_thread() const override { return std::this_thread::get_id() == writer_.get_id(); }

 private:
  class Lock;
  class WriterTransaction;

  void open(const usecases::Progress& progress);
  void write_loop();
  // Runs units from the first on in one transaction and answers them; gives how many it ran, fewer
  // than all where an error ended the transaction early.
  std::size_t commit_together(std::span<Unit> units);

  const Options options_;
  std::unique_ptr<Lock> lock_;
  std::unique_ptr<Connection> connection_;  // the writer's
  Listener listener_;
  std::atomic<std::int64_t> durable_seq_{0};

  UnitQueue queue_;
  ConnectionPool<Connection> readers_;

  std::thread writer_;
};

}  // namespace anxiao::store::sqlite
