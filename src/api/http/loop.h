// One io thread: its io_context, the connections that live on it, the coarse clock they are swept
// by, and a mailbox for answers that come from other threads. A batch of answers costs one wake.
//
// Included by connection.cpp and server.cpp only: the headers beneath are large.

#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "api/http/server.h"

namespace anxiao::api::http {

class Connection;

class Loop : public std::enable_shared_from_this<Loop> {
 public:
  Loop(const ServerOptions& options, Answerer& answerer, const Clock& clock,
       std::shared_ptr<std::atomic<std::size_t>> open);

  void start();
  void adopt(int socket, std::string address);                              // any thread
  void deliver(std::shared_ptr<Connection> connection, Response response);  // any thread
  void run(std::function<void()> task);                                     // any thread
  void drain();  // any thread: finish, take nothing new
  void halt();   // any thread: end now
  void join();
  bool is_here() const { return std::this_thread::get_id() == thread_id_; }

  // On the loop's own thread.
  void enter(Connection& connection);
  void leave(Connection& connection);
  bool draining() const { return draining_; }
  std::int64_t now_ms() const { return now_ms_; }  // steady, as of the last sweep or event
  void look_at_clock();
  const std::string& date() const { return date_; }

  boost::asio::io_context io{1};
  const ServerOptions& options;
  Answerer& answerer;

 private:
  void sweep();
  void arm();
  void open_mail();
  void end_if_empty();

  const Clock& clock_;
  std::shared_ptr<std::atomic<std::size_t>> open_;
  boost::asio::steady_timer timer_{io};
  std::vector<Connection*> connections_;
  std::int64_t now_ms_ = 0;
  std::string date_;
  std::int64_t date_second_ = -1;
  bool draining_ = false;
  std::thread::id thread_id_;
  std::thread thread_;
  std::mutex mail_guard_;
  std::vector<std::pair<std::shared_ptr<Connection>, Response>> mail_;
  bool ended_ = false;  // nobody will open the mail again
};

}  // namespace anxiao::api::http
