#include "api/http/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <chrono>
#include <future>
#include <system_error>

#include "api/http/connection.h"
#include "api/http/loop.h"
#include "api/http/writer.h"
#include "base/log.h"

namespace anxiao::api::http {
namespace {

constexpr int kBacklog = 4096;
constexpr int kAcceptedAtOnce = 64;
constexpr std::size_t kOtherDescriptors = 256;  // files, the database, acceptors

std::int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

[[noreturn]] void fail(int code, const std::string& what) {
  throw std::system_error(code, std::generic_category(), what);
}

// As many descriptors as the system lets us have: every open page holds one.
std::size_t most_connections(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  if (limit.rlim_cur < limit.rlim_max) {
    rlimit raised{limit.rlim_max, limit.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  if (limit.rlim_cur == RLIM_INFINITY) return wanted;
  std::size_t room = limit.rlim_cur > 2 * kOtherDescriptors ? limit.rlim_cur - kOtherDescriptors
                                                            : limit.rlim_cur / 2;
  return std::min(wanted, room);
}

}  // namespace

// Reply

Reply::Reply(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
Reply::Reply(Reply&& other) noexcept = default;

Reply& Reply::operator=(Reply&& other) noexcept {
  std::swap(connection_, other.connection_);
  return *this;
}

Reply::~Reply() {
  if (!connection_) return;
  auto& loop = connection_->loop();
  (*this)(loop.answerer.refusal(500, "fault", "the request was dropped"));
}

void Reply::operator()(Response response) {
  auto connection = std::exchange(connection_, {});
  if (!connection) return;
  auto loop = connection->shared_loop();
  if (loop->is_here())
    connection->deliver(std::move(response));
  else
    loop->deliver(std::move(connection), std::move(response));
}

// Loop

Loop::Loop(const ServerOptions& options_, Answerer& answerer_, const Clock& clock,
           std::shared_ptr<std::atomic<std::size_t>> open)
    : options(options_), answerer(answerer_), clock_(clock), open_(std::move(open)) {}

void Loop::start() {
  look_at_clock();
  date_ = http_date(clock_.now());
  arm();  // also what keeps the io_context at work
  thread_ = std::thread([this] {
    thread_id_ = std::this_thread::get_id();
    for (;;) {
      try {
        io.run();
        return;
      } catch (const std::exception& fault) {
        log::error("a task of an io thread threw", {{"what", fault.what()}});
      }
    }
  });
}

void Loop::look_at_clock() { now_ms_ = steady_ms(); }

void Loop::arm() {
  timer_.expires_after(std::chrono::milliseconds(options.limits.sweep_ms));
  timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    sweep();
    if (!(draining_ && connections_.empty())) arm();
  });
}

void Loop::sweep() {
  look_at_clock();
  Instant now = clock_.now();
  if (now.ms / kSecondMs != date_second_) {
    date_second_ = now.ms / kSecondMs;
    date_ = http_date(now);
  }
  // From the end: whoever leaves is replaced by one that was looked at already.
  for (std::size_t i = connections_.size(); i-- > 0;)
    if (i < connections_.size()) connections_[i]->sweep();
}

void Loop::adopt(int socket, std::string address) {
  boost::asio::post(io,
                    [self = shared_from_this(), socket, address = std::move(address)]() mutable {
                      self->look_at_clock();
                      if (self->draining_) {
                        ::close(socket);
                        self->open_->fetch_sub(1);
                        return;
                      }
                      std::make_shared<Connection>(self, socket, std::move(address))->start();
                    });
}

void Loop::enter(Connection& connection) {
  connection.index = connections_.size();
  connections_.push_back(&connection);
}

void Loop::leave(Connection& connection) {
  connections_[connection.index] = connections_.back();
  connections_[connection.index]->index = connection.index;
  connections_.pop_back();
  open_->fetch_sub(1);
  end_if_empty();
}

void Loop::end_if_empty() {
  if (draining_ && connections_.empty()) timer_.cancel();
}

void Loop::deliver(std::shared_ptr<Connection> connection, Response response) {
  bool first;
  {
    std::lock_guard lock(mail_guard_);
    if (ended_) return;
    first = mail_.empty();
    mail_.emplace_back(std::move(connection), std::move(response));
  }
  if (first) boost::asio::post(io, [this] { open_mail(); });
}

void Loop::open_mail() {
  look_at_clock();
  std::vector<std::pair<std::shared_ptr<Connection>, Response>> mail;
  {
    std::lock_guard lock(mail_guard_);
    mail.swap(mail_);
  }
  for (auto& [connection, response] : mail) connection->deliver(std::move(response));
}

void Loop::run(std::function<void()> task) {
  boost::asio::post(io, [this, task = std::move(task)] {
    look_at_clock();
    task();
  });
}

void Loop::drain() {
  boost::asio::post(io, [this] {
    draining_ = true;
    for (std::size_t i = connections_.size(); i-- > 0;)
      if (i < connections_.size()) connections_[i]->drain();
    end_if_empty();
  });
}

void Loop::halt() {
  boost::asio::post(io, [this] {
    draining_ = true;
    while (!connections_.empty()) connections_.back()->end();
    end_if_empty();
  });
}

void Loop::join() {
  if (thread_.joinable()) thread_.join();
  // Answers that came too late for their connections.
  std::lock_guard lock(mail_guard_);
  ended_ = true;
  mail_.clear();
}

// Server

struct Server::Held {
  ServerOptions options;
  Answerer& answerer;
  const Clock& clock;
  std::shared_ptr<std::atomic<std::size_t>> open = std::make_shared<std::atomic<std::size_t>>(0);
  std::vector<std::shared_ptr<Loop>> loops = {};
  std::unique_ptr<boost::asio::ip::tcp::acceptor> acceptor = {};
  std::unique_ptr<boost::asio::steady_timer> pause = {};
  std::size_t next = 0;
  std::uint16_t port = 0;
  std::string full = {};  // what is said to one connection too many
  bool running = false;

  void listen();
  void await_clients();
  void accept_clients();
};

void Server::Held::listen() {
  namespace ip = boost::asio::ip;
  boost::system::error_code error;
  auto address = ip::make_address(options.address, error);
  if (error) fail(EINVAL, "listen address '" + options.address + "' is no IP address");
  ip::tcp::endpoint endpoint(address, options.port);
  acceptor = std::make_unique<ip::tcp::acceptor>(loops.front()->io);
  std::string where = options.address + " port " + std::to_string(options.port);
  auto check = [&](const boost::system::error_code& happened, const char* what) {
    if (happened) fail(happened.value(), std::string(what) + " " + where);
  };
  acceptor->open(endpoint.protocol(), error);
  check(error, "open a socket for");
  acceptor->set_option(ip::tcp::acceptor::reuse_address(true), error);
  acceptor->bind(endpoint, error);
  check(error, "listen on");
  acceptor->listen(kBacklog, error);
  check(error, "listen on");
  acceptor->non_blocking(true, error);
  port = acceptor->local_endpoint().port();
}

void Server::Held::await_clients() {
  acceptor->async_wait(boost::asio::socket_base::wait_read,
                       [this](boost::system::error_code error) {
                         if (error || !acceptor->is_open()) return;
                         accept_clients();
                       });
}

void Server::Held::accept_clients() {
  for (int i = 0; i < kAcceptedAtOnce; ++i) {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    int socket = ::accept4(acceptor->native_handle(), reinterpret_cast<sockaddr*>(&from), &size,
                           SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) break;
      // Out of descriptors or memory: asking again at once would only spin.
      log::warning("a connection could not be taken", {{"errno", errno}});
      pause->expires_after(std::chrono::milliseconds(100));
      pause->async_wait([this](boost::system::error_code error) {
        if (!error && acceptor->is_open()) await_clients();
      });
      return;
    }
    if (open->load() >= options.limits.connections) {
      [[maybe_unused]] auto sent =
          ::send(socket, full.data(), full.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      ::shutdown(socket, SHUT_WR);
      ::close(socket);
      continue;
    }
    int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    char text[INET6_ADDRSTRLEN] = "";
    if (from.ss_family == AF_INET6)
      ::inet_ntop(AF_INET6, &reinterpret_cast<sockaddr_in6*>(&from)->sin6_addr, text, sizeof text);
    else
      ::inet_ntop(AF_INET, &reinterpret_cast<sockaddr_in*>(&from)->sin_addr, text, sizeof text);
    open->fetch_add(1);
    loops[next++ % loops.size()]->adopt(socket, text);
  }
  await_clients();
}

Server::Server(ServerOptions options, Answerer& answerer, const Clock& clock)
    : held_(new Held{.options = std::move(options), .answerer = answerer, .clock = clock}) {
  auto& limits = held_->options.limits;
  limits.connections = most_connections(limits.connections);
}

Server::~Server() { stop(0); }

void Server::start() {
  auto& held = *held_;
  int threads = held.options.threads;
  if (threads <= 0)
    threads = std::clamp(static_cast<int>(std::thread::hardware_concurrency()) / 2, 1, 4);
  for (int i = 0; i < threads; ++i)
    held.loops.push_back(
        std::make_shared<Loop>(held.options, held.answerer, held.clock, held.open));
  try {
    held.listen();
  } catch (...) {
    held.acceptor.reset();
    held.loops.clear();
    throw;
  }
  held.pause = std::make_unique<boost::asio::steady_timer>(held.loops.front()->io);
  Response full = held.answerer.refusal(503, "store.busy", "too many connections");
  full.headers.emplace_back("Retry-After", "5");
  write_head(held.full, full, full.body.size(), Ending::close, http_date(held.clock.now()));
  held.full += full.body;
  held.await_clients();
  for (auto& loop : held.loops) loop->start();
  held.running = true;
}

std::uint16_t Server::port() const { return held_->port; }
std::size_t Server::connections() const { return held_->open->load(); }

void Server::stop(std::int64_t grace_ms) {
  auto& held = *held_;
  if (!held.running) return;
  held.running = false;
  std::promise<void> closed;
  boost::asio::post(held.loops.front()->io, [&] {
    boost::system::error_code ignored;
    held.acceptor->close(ignored);
    held.pause->cancel();
    closed.set_value();
  });
  closed.get_future().get();
  for (auto& loop : held.loops) loop->drain();
  auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(grace_ms);
  while (held.open->load() > 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  for (auto& loop : held.loops) loop->halt();
  for (auto& loop : held.loops) loop->join();
  held.acceptor.reset();
  held.pause.reset();
}

}  // namespace anxiao::api::http
