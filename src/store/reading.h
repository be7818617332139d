// Connections that read: each is lent for the time of one read and lies idle between two.

#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "usecases/ports.h"

namespace anxiao::store {

template <class Connection>
class ConnectionReader final : public usecases::Reader {
 public:
  explicit ConnectionReader(Connection& connection) : connection_(connection) {}
  void query(std::string_view sql, std::span<const usecases::Value> params,
             const std::function<void(const usecases::Row&)>& each) override {
    connection_.run(sql, params, each);
  }

 private:
  Connection& connection_;
};

template <class Connection>
class ConnectionPool {
 public:
  using Make = std::function<std::unique_ptr<Connection>()>;
  ConnectionPool(std::size_t most_idle, Make make)
      : most_idle_(most_idle), make_(std::move(make)) {}

  // One that lay idle, else a new one.
  std::unique_ptr<Connection> take() {
    {
      std::lock_guard hold(guard_);
      if (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        return connection;
      }
    }
    return make_();
  }
  // For the next; one that is still in a transaction is let go.
  void give_back(std::unique_ptr<Connection> connection) {
    if (!connection || connection->in_transaction()) return;
    std::lock_guard hold(guard_);
    if (idle_.size() < most_idle_) idle_.push_back(std::move(connection));
  }
  // All that lie idle are let go.
  void clear() {
    std::lock_guard hold(guard_);
    idle_.clear();
  }

 private:
  const std::size_t most_idle_;
  const Make make_;
  std::mutex guard_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace anxiao::store
