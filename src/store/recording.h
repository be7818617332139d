// A transaction in which many units of work are run one after another: what each records gets its
// sequence, what each meets of faults is kept, and what a unit recorded is forgotten when it is
// undone. How a statement is run and an entry written is the engine's.

#pragma once

#include <exception>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "usecases/ports.h"

namespace anxiao::store {

class Recording : public usecases::Transaction {
  // A unit that has met a fault runs nothing more.
  template <class Work>
  auto keeping_fault(const Work& work) {
    if (fault_) std::rethrow_exception(fault_);
    try {
      return work();
    } catch (const usecases::DatabaseFault&) {
      fault_ = std::current_exception();
      throw;
    }
  }

 public:
  void query(std::string_view sql, std::span<const usecases::Value> params,
             const std::function<void(const usecases::Row&)>& each) override {
    run(sql, params, each);
  }
  std::int64_t exec(std::string_view sql, std::span<const usecases::Value> params) override {
    return run(sql, params, {});
  }
  std::int64_t record(usecases::Entry entry) override {
    entry.seq = next_seq_;
    std::string data = boost::json::serialize(entry.data);
    entry.hash = sha256_hex(hashed_text(entry, data));
    keeping_fault([&] { write_entry(entry, std::move(data)); });
    entries_.push_back(std::move(entry));
    return next_seq_++;
  }

  // A unit of work begins.
  virtual void begin() {
    written_ = entries_.size();
    fault_ = nullptr;
  }
  // The unit is undone: its entries are forgotten and their sequences are free.
  virtual void undo() {
    next_seq_ -= static_cast<std::int64_t>(entries_.size() - written_);
    entries_.resize(written_);
  }
  // What the unit met, whether or not it let it through.
  const std::exception_ptr& fault() const { return fault_; }
  const std::vector<usecases::Entry>& entries() const { return entries_; }

 protected:
  explicit Recording(std::int64_t next_seq) : next_seq_(next_seq) {}

  virtual std::int64_t run_statement(std::string_view sql, std::span<const usecases::Value> params,
                                     const std::function<void(const usecases::Row&)>& each) = 0;
  virtual void write_entry(const usecases::Entry& entry, std::string data) = 0;

 private:
  std::int64_t run(std::string_view sql, std::span<const usecases::Value> params,
                   const std::function<void(const usecases::Row&)>& each) {
    return keeping_fault([&] { return run_statement(sql, params, each); });
  }

  std::int64_t next_seq_;
  std::vector<usecases::Entry> entries_;
  std::size_t written_ = 0;
  std::exception_ptr fault_;
};

}  // namespace anxiao::store
