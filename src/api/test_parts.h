// For tests of this floor: a store in memory, a clock that stands, a pack of two posts, a
// doorkeeper who knows three tokens, and a client that speaks raw bytes on a socket.

#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "api/hub.h"
#include "api/parts.h"
#include "api/service.h"

namespace anxiao::api::testing {

inline constexpr const char* kRoot = "500000.01900000-0000-7000-8000-000000000001";
inline constexpr const char* kDistrict = "500190.01900000-0000-7000-8000-000000000002";
inline constexpr const char* kSchool = "500190.01900000-0000-7000-8000-000000000003";
inline constexpr const char* kOther = "500190.01900000-0000-7000-8000-000000000004";

inline std::string root_path() { return std::string("/") + kRoot + "/"; }
inline std::string district_path() { return root_path() + kDistrict + "/"; }
inline std::string school_path() { return district_path() + kSchool + "/"; }
inline std::string other_path() { return district_path() + kOther + "/"; }

class StandingClock final : public Clock {
 public:
  Instant now() const override { return {1'772'407'800'000}; }  // 2026-03-02T07:30:00+08:00
};

// Knows the journal's page as the hub asks for it, and nothing else.
class MemoryStore final : public usecases::Store {
 public:
  ~MemoryStore() override {
    for (auto& thread : threads_) thread.join();
  }

  void read(const std::function<void(usecases::Reader&)>& work) override {
    if (fault) throw usecases::DatabaseFault(*fault, "made up");
    MemoryReader reader(*this);
    work(reader);
  }

  void submit(Work work, Done done) override {
    if (queue_full)
      throw usecases::DatabaseFault(usecases::DatabaseFault::Kind::busy, "full queue");
    std::lock_guard lock(threads_guard_);
    threads_.emplace_back([this, work = std::move(work), done = std::move(done)] {
      MemoryTransaction transaction(*this);
      std::exception_ptr happened;
      try {
        if (fault) throw usecases::DatabaseFault(*fault, "made up");
        undone = !work(transaction);
      } catch (...) {
        happened = std::current_exception();
      }
      done(happened);
    });
  }

  void listen(Listener listener) override { listener_ = std::move(listener); }

  std::int64_t last_seq() const override {
    std::lock_guard lock(guard_);
    return static_cast<std::int64_t>(entries_.size());
  }

  // Keeps an entry as a commit of its own and tells the listener.
  void commit(std::vector<usecases::Entry> entries) {
    {
      std::lock_guard lock(guard_);
      for (auto& entry : entries) {
        entry.seq = static_cast<std::int64_t>(entries_.size()) + 1;
        entries_.push_back(entry);
      }
    }
    if (listener_) listener_(entries);
  }

  std::optional<usecases::DatabaseFault::Kind> fault;
  bool queue_full = false;
  std::atomic<bool> undone{false};

 private:
  struct EntryRow final : usecases::Row {
    explicit EntryRow(const usecases::Entry& entry_)
        : entry(entry_), data(boost::json::serialize(entry_.data)) {}
    const usecases::Entry& entry;
    std::string data;
    bool is_null(int) const override { return false; }
    double number(int) const override { return 0; }
    bool flag(int) const override { return false; }
    std::int64_t integer(int column) const override {
      return column == 0 ? entry.seq : column == 8 ? entry.happened_at.ms : entry.known_at.ms;
    }
    std::string_view text(int column) const override {
      switch (column) {
        case 1:
          return entry.district;
        case 2:
          return entry.organisation;
        case 3:
          return entry.path;
        case 4:
          return entry.holder;
        case 5:
          return entry.kind;
        case 6:
          return entry.noun;
        case 7:
          return entry.subject;
        default:
          return data;
      }
    }
  };

  struct MemoryReader final : usecases::Reader {
    explicit MemoryReader(MemoryStore& store_) : store(store_) {}
    MemoryStore& store;
    using Reader::query;
    void query(std::string_view, std::span<const usecases::Value> params,
               const std::function<void(const usecases::Row&)>& each) override {
      if (params.size() != 2) return;
      std::vector<usecases::Entry> page;
      {
        std::lock_guard lock(store.guard_);
        for (const auto& entry : store.entries_)
          if (entry.seq > std::get<std::int64_t>(params[0]) &&
              entry.seq <= std::get<std::int64_t>(params[1]))
            page.push_back(entry);
      }
      for (const auto& entry : page) each(EntryRow(entry));
    }
  };

  struct MemoryTransaction final : usecases::Transaction {
    explicit MemoryTransaction(MemoryStore& store_) : store(store_) {}
    MemoryStore& store;
    using Reader::query;
    using Transaction::exec;
    void query(std::string_view, std::span<const usecases::Value>,
               const std::function<void(const usecases::Row&)>&) override {}
    std::int64_t exec(std::string_view, std::span<const usecases::Value>) override { return 0; }
    std::int64_t record(usecases::Entry) override { return 0; }
  };

  mutable std::mutex guard_;
  std::vector<usecases::Entry> entries_;
  Listener listener_;
  std::mutex threads_guard_;
  std::vector<std::thread> threads_;
};

class TokenDoorkeeper final : public Doorkeeper {
 public:
  Result<std::shared_ptr<const organisations::Actor>> actor_of(std::string_view token,
                                                               usecases::Carried,
                                                               Instant) override {
    std::lock_guard lock(guard);
    ++asked;
    auto found = actors.find(std::string(token));
    if (found == actors.end())
      return Refusal{.why = Why::unauthenticated, .key = "session.none", .detail = "unknown"};
    return found->second;
  }
  void forget(const std::string& token) {
    std::lock_guard lock(guard);
    actors.erase(token);
  }
  std::mutex guard;
  std::atomic<int> asked{0};
  std::map<std::string, std::shared_ptr<const organisations::Actor>> actors;
};

inline std::shared_ptr<const organisations::Actor> actor(const std::string& person,
                                                         const std::string& post,
                                                         const std::string& organisation,
                                                         const std::string& path) {
  auto out = std::make_shared<organisations::Actor>();
  out->person = person;
  out->session = "session-of-" + person;
  out->postings.push_back({.id = "posting-of-" + person,
                           .post = post,
                           .organisation = organisation,
                           .organisation_name = {},
                           .kind = {},
                           .district = "500190",
                           .path = path});
  return out;
}

inline std::shared_ptr<const pack::Pack> small_pack() {
  auto out = std::make_shared<pack::Pack>();
  auto add = [&](const char* id, const char* reach) {
    pack::Post post;
    post.id = id;
    pack::Grant grant;
    grant.noun = "matters";
    grant.actions = {"read"};
    grant.reach = reach;
    post.grants.push_back(grant);
    out->posts.push_back(post);
  };
  add("officer", "subtree");
  add("teacher", "own");
  add("holder", "held");
  out->posts[1].grants.push_back({.noun = "pack", .actions = {"read"}, .reach = "own"});
  return out;
}

// What the tests' handlers never touch.
template <class T>
T& untouched() {
  alignas(std::max_align_t) static std::byte nothing[sizeof(std::max_align_t)];
  return reinterpret_cast<T&>(nothing);
}

class Client {
 public:
  explicit Client(std::uint16_t port, int receive_buffer = 0) {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    if (receive_buffer > 0)
      ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
      throw std::runtime_error("cannot connect");
  }
  ~Client() { leave(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void leave() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  Client& send(std::string_view bytes) {
    while (!bytes.empty()) {
      auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) break;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return *this;
  }
  void end_sending() { ::shutdown(socket_, SHUT_WR); }

  // Everything up to and with `until`; what came so far where the peer closes or says nothing.
  std::string read_until(std::string_view until) {
    for (;;) {
      auto at = seen_.find(until);
      if (at != std::string::npos) {
        auto out = seen_.substr(0, at + until.size());
        seen_.erase(0, at + until.size());
        return out;
      }
      if (!more()) return std::exchange(seen_, {});
    }
  }
  // One answer: head and body.
  struct Answer {
    int status = 0;
    std::string head;
    std::string body;
    bool has(std::string_view text) const { return head.find(text) != std::string::npos; }
  };
  Answer answer(bool to_head = false) {
    Answer out;
    out.head = read_until("\r\n\r\n");
    if (out.head.size() < 12) return out;
    out.status = std::stoi(out.head.substr(9, 3));
    auto at = out.head.find("Content-Length: ");
    if (to_head || at == std::string::npos) return out;
    auto size = std::stoul(out.head.substr(at + 16));
    while (seen_.size() < size && more()) {
    }
    out.body = seen_.substr(0, size);
    seen_.erase(0, size);
    return out;
  }
  // True once the peer has closed.
  bool is_over() {
    while (more()) {
    }
    return over_;
  }

 private:
  bool more() {
    if (over_) return false;
    pollfd ready{socket_, POLLIN, 0};
    if (::poll(&ready, 1, 10'000) <= 0) return false;
    char bytes[16 * 1024];
    auto got = ::recv(socket_, bytes, sizeof bytes, 0);
    if (got <= 0) {
      over_ = true;
      return false;
    }
    seen_.append(bytes, static_cast<std::size_t>(got));
    return true;
  }

  int socket_ = -1;
  bool over_ = false;
  std::string seen_;
};

// A whole server on a free port.
class Running {
 public:
  explicit Running(std::vector<Route> routes, http::Limits limits = {},
                   Service::Options options = {}, int threads = 1)
      : service(parts, doorkeeper, std::move(routes), std::move(options)),
        server({.threads = threads, .limits = limits}, service, clock) {
    doorkeeper.actors["officer"] = actor("o", "officer", kDistrict, district_path());
    doorkeeper.actors["teacher"] = actor("t", "teacher", kSchool, school_path());
    doorkeeper.actors["holder"] = actor("h", "holder", kOther, other_path());
    auto fresh = std::make_shared<organisations::Actor>(*doorkeeper.actors["teacher"]);
    fresh->must_change_password = true;
    doorkeeper.actors["fresh"] = fresh;
    store.listen([this](std::span<const usecases::Entry> entries) { hub.publish(entries); });
    server.start();
  }
  ~Running() { server.stop(0); }

  Client client(int receive_buffer = 0) { return Client(server.port(), receive_buffer); }

  MemoryStore store;
  Zone zone{"Asia/Shanghai"};
  StandingClock clock;
  Hub hub{store, zone, {.page = 7, .furthest = 1000}};
  Parts parts{.store = store,
              .pack = small_pack(),
              .zone = zone,
              .clock = clock,
              .sessions = untouched<usecases::Sessions>(),
              .sums = untouched<usecases::Sums>(),
              .duty_sums = untouched<usecases::DutySums>(),
              .calendars = untouched<usecases::Calendars>(),
              .standings = untouched<usecases::Standings>(),
              .grade_facts = untouched<usecases::GradeFacts>(),
              .files = untouched<usecases::AttachmentFiles>(),
              .seals = untouched<usecases::Seals>(),
              .hub = hub};
  TokenDoorkeeper doorkeeper;
  Service service;
  http::Server server;
};

}  // namespace anxiao::api::testing
