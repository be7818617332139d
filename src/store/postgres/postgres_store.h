// The store over a PostgreSQL database, for any number of processes. Readers run on the calling
// thread, each on a connection of its own and in one snapshot. Everything that writes in this
// process runs on one writing thread, as in the SQLite store (docs/decisions/0004): whatever has
// queued up runs in one transaction, each unit under a savepoint, and is answered after the commit.
//
// Of several processes one writes at a time: a transaction takes the writing lock of the database
// first. So units of work are as serial as over SQLite, sequences of the journal come in the order
// of commits, and whoever follows the journal misses nothing that became durable late. What other
// processes wrote is heard in its place: before what this one writes after it, or soon after by a
// thread that listens.
//
// A unit of work is short and does no I/O besides the database: all others wait for it. It does not
// know what the units of work mean.

#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "store/postgres/connection.h"
#include "store/reading.h"
#include "store/recording.h"
#include "store/steps.h"
#include "store/unit_queue.h"
#include "usecases/ports.h"
#include "usecases/progress.h"

namespace anxiao::store::postgres {

struct Options {
  std::string url;
  std::size_t most_queued = 8192;  // units of work; beyond it `submit` throws busy
  std::size_t most_in_commit = 512;
  std::size_t idle_readers = 16;             // connections kept open for the next readers
  Instant now = {};                          // written beside the steps that are applied
  const std::vector<Step>* steps = nullptr;  // those of the program, unless a test has others
};

class PostgresStore final : public usecases::Store {
 public:
  // Connects and migrates. Throws DatabaseFault: busy where the server cannot be reached, other
  // where the database is newer than the program or is no database for it, with what to do.
  explicit PostgresStore(Options options, const usecases::Progress& progress = {});
  // Finishes what is queued, then closes.
  ~PostgresStore() override;

  void read(const std::function<void(usecases::Reader&)>& work) override;
  void submit(Work work, Done done) override;
  void listen(Listener listener) override;
  std::int64_t last_seq() const override;

  // Units of work that wait, for the metrics.
  std::size_t queued() const;

 protected:
  bool on_writing_thread() const override { return std::this_thread::get_id() == writer_.get_id(); }

 private:
  class WriterTransaction;

  void write_loop();
  void follow_loop();
  void commit_together(std::span<Unit> units);
  // Throws what ended the transaction as a whole.
  void run_units(Connection& connection, WriterTransaction& transaction, std::span<Unit> units);
  // Hands on what others wrote after what was heard, up to `seq`, then `own`; without `own` all.
  void hear(Connection& connection, std::int64_t seq, std::span<const usecases::Entry> own);
  Connection& writer_connection();
  void catch_up_head();

  const Options options_;
  std::unique_ptr<Connection> connection_;  // the writer's
  std::mutex hearing_;                      // entries are handed on in their order
  Listener listener_;
  std::atomic<std::int64_t> heard_seq_{0};

  UnitQueue queue_;
  ConnectionPool<Connection> readers_;
  std::atomic<bool> closing_{false};

  std::thread writer_, follower_;
};

}  // namespace anxiao::store::postgres
