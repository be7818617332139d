// For tests: a store whose process is killed at a given statement, so that a job can be broken off
// at each of its statements in turn.

#pragma once

#include <stdexcept>
#include <utility>

#include "usecases/ports.h"

namespace anxiao::app {

struct Killed : std::runtime_error {
  Killed() : std::runtime_error("killed in between") {}
};

// A store whose process is killed at a given statement that changes something.
class BreakingStore final : public usecases::Store {
 public:
  BreakingStore(usecases::Store& inner, int statements) : inner_(inner), left_(statements) {}

  void read(const std::function<void(usecases::Reader&)>& work) override { inner_.read(work); }
  void submit(Work work, Done done) override {
    inner_.submit(
        [this, work = std::move(work)](usecases::Transaction& transaction) {
          Breaking breaking(*this, transaction);
          return work(breaking);
        },
        std::move(done));
  }
  void listen(Listener listener) override { inner_.listen(std::move(listener)); }
  std::int64_t last_seq() const override { return inner_.last_seq(); }

 private:
  struct Breaking final : usecases::Transaction {
    Breaking(BreakingStore& store_, usecases::Transaction& inner_) : store(store_), inner(inner_) {}
    using Reader::query;
    using Transaction::exec;
    void query(std::string_view sql, std::span<const usecases::Value> params,
               const std::function<void(const usecases::Row&)>& each) override {
      inner.query(sql, params, each);
    }
    std::int64_t exec(std::string_view sql, std::span<const usecases::Value> params) override {
      store.spend();
      return inner.exec(sql, params);
    }
    std::int64_t record(usecases::Entry entry) override {
      store.spend();
      return inner.record(std::move(entry));
    }
    BreakingStore& store;
    usecases::Transaction& inner;
  };
  void spend() {
    if (left_-- == 0) throw Killed();
  }

  usecases::Store& inner_;
  int left_;
};

}  // namespace anxiao::app
