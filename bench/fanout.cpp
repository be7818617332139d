#include "bench/fanout.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <stdexcept>
#include <thread>

#include "bench/socket.h"

namespace anxiao::bench {
namespace {

using Now = std::chrono::steady_clock;

struct Listener {
  Socket socket;
  std::string tail;
  int heard = 0;
};

int count_in(std::string& tail, const std::string& mark) {
  int found = 0;
  std::size_t at = 0, next;
  while ((next = tail.find(mark, at)) != std::string::npos) {
    ++found;
    at = next + mark.size();
  }
  if (tail.size() - at > mark.size()) at = tail.size() - mark.size();
  tail.erase(0, at);
  return found;
}

}  // namespace

Fanned fan_out(std::uint16_t port, int clients, const std::string& hello,
               const std::string& greeting, const std::string& mark, int rounds,
               const std::function<void()>& send) {
  int poll = epoll_create1(EPOLL_CLOEXEC);
  std::deque<Listener> listeners;
  for (int i = 0; i < clients; ++i) {
    listeners.push_back({Socket::connect(port), {}, 0});
    auto& mine = listeners.back();
    if (!hello.empty()) mine.socket.say(hello);
    if (!greeting.empty()) {
      std::string got;
      char piece[4096];
      while (got.find(greeting) == std::string::npos) {
        ssize_t size = ::recv(mine.socket.get(), piece, sizeof piece, 0);
        if (size <= 0) throw std::runtime_error("a listener was refused: " + got);
        got.append(piece, static_cast<std::size_t>(size));
      }
    }
    mine.socket.never_wait();
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.ptr = &mine;
    epoll_ctl(poll, EPOLL_CTL_ADD, mine.socket.get(), &wanted);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  Fanned out;
  std::vector<double> lasts;
  std::vector<epoll_event> events(512);
  std::vector<char> piece(65536);
  for (int round = 1; round <= rounds; ++round) {
    auto began = Now::now();
    std::thread sender(send);
    int waiting = clients;
    while (waiting > 0) {
      int ready = epoll_wait(poll, events.data(), static_cast<int>(events.size()), 3000);
      if (ready == 0) {
        out.lost += waiting;
        break;
      }
      for (int i = 0; i < ready; ++i) {
        auto& mine = *static_cast<Listener*>(events[i].data.ptr);
        ssize_t size = ::recv(mine.socket.get(), piece.data(), piece.size(), 0);
        if (size == 0) throw std::runtime_error("a listener was dropped");
        if (size < 0) continue;
        mine.tail.append(piece.data(), static_cast<std::size_t>(size));
        int before = mine.heard;
        mine.heard += count_in(mine.tail, mark);
        if (before < round && mine.heard >= round) --waiting;
      }
    }
    lasts.push_back(std::chrono::duration<double, std::milli>(Now::now() - began).count());
    sender.join();
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
  }
  ::close(poll);
  std::sort(lasts.begin(), lasts.end());
  out.last_p50_ms = lasts[lasts.size() / 2];
  out.last_best_ms = lasts.front();
  return out;
}

struct BareLoop::Held {
  std::string message;
  Socket listening{-1};
  int poked = eventfd(0, EFD_CLOEXEC);
  std::atomic<bool> over{false};
  std::vector<int> clients;
  std::thread thread;

  void run() {
    int poll = epoll_create1(EPOLL_CLOEXEC);
    for (int descriptor : {listening.get(), poked}) {
      epoll_event wanted{};
      wanted.events = EPOLLIN;
      wanted.data.fd = descriptor;
      epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &wanted);
    }
    epoll_event event{};
    while (!over) {
      if (epoll_wait(poll, &event, 1, 200) < 1) continue;
      if (event.data.fd == listening.get()) {
        int client = ::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (client >= 0) clients.push_back(client);
      } else {
        std::uint64_t times = 0;
        if (::read(poked, &times, sizeof times) != sizeof times) continue;
        for (int client : clients)
          if (::send(client, message.data(), message.size(), MSG_NOSIGNAL) < 0) continue;
      }
    }
    for (int client : clients) ::close(client);
    ::close(poll);
  }
};

BareLoop::BareLoop(std::string message) : held_(new Held) {
  held_->message = std::move(message);
  held_->listening = Socket::listen(port_);
  held_->thread = std::thread([this] { held_->run(); });
}

BareLoop::~BareLoop() {
  held_->over = true;
  held_->thread.join();
  ::close(held_->poked);
  delete held_;
}

void BareLoop::poke() {
  std::uint64_t once = 1;
  if (::write(held_->poked, &once, sizeof once) != sizeof once)
    throw std::runtime_error("the bare loop cannot be poked");
}

}  // namespace anxiao::bench
