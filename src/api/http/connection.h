// One client's connection: reads a head, asks whether its body may follow, reads that, hands the
// request over, writes the answer, and begins again. Requests sent ahead wait in the socket.
//
// Included by connection.cpp and server.cpp only: the headers beneath are large.

#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/http/loop.h"
#include "api/http/message.h"
#include "api/http/stream.h"

namespace anxiao::api::http {

class Parser;
struct Wrong;

class Connection final : public Stream, public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<Loop> loop, int socket, std::string address);
  ~Connection() override;

  // All on the loop's thread.
  void start();
  void deliver(Response&& response);
  void sweep();  // closes what took too long
  void drain();  // closes as soon as nothing is in flight
  void end();

  Loop& loop() { return *loop_; }
  std::shared_ptr<Loop> shared_loop() { return loop_; }

  // Stream.
  bool write(const std::shared_ptr<const std::string>& held,
             std::span<const std::string_view> parts) override;
  std::size_t pending() const override { return pending_bytes_; }
  void close() override { end(); }
  void on_drained(std::function<void()> call) override { drained_ = std::move(call); }
  void on_closed(std::function<void()> call) override { closed_ = std::move(call); }
  void on_quiet(std::function<std::shared_ptr<const std::string>()> beat) override {
    quiet_ = std::move(beat);
  }
  const void* thread() const override { return loop_.get(); }
  std::function<void(std::function<void()>)> post() const override;

  std::size_t index = 0;  // the loop's

 private:
  enum class State { idle, head, body, answering, writing, lingering, streaming, ended };
  struct Piece {
    std::shared_ptr<const std::string> held;
    std::string_view rest;
  };
  // What the socket is awaited for.
  struct Wait {
    bool read = false;
    bool write = false;
  };

  void advance();
  bool step();
  bool read_head();
  bool head_is_read();
  bool read_body();
  bool hand_over();
  bool refuse(const Wrong& wrong);
  bool answer_instead(Response&& response);
  bool write_out();
  bool written();
  bool begin_stream();
  bool flush_stream();
  void begin_message();
  void await_read();
  void await_write();
  void have_read(std::size_t bytes);
  void drop_input();
  void compose(Response&& response);
  std::string client_address() const;
  std::string_view unread() const;
  void consume(std::size_t bytes);

  std::shared_ptr<Loop> loop_;
  const Limits& limits_;
  boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>
      socket_;
  int descriptor_;
  std::string peer_;
  State state_ = State::idle;
  bool advancing_ = false;
  bool input_ended_ = false;
  Wait wait_;

  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;  // what of the buffer is unread
  std::size_t head_bytes_ = 0;
  bool served_ = false;  // at least one request has come
  std::unique_ptr<Parser> parser_;
  Request request_;
  std::shared_ptr<void> held_;
  std::optional<Response> instead_;  // to be sent once the refused body has been read

  bool keep_alive_ = true;
  bool said_10_ = false;  // an HTTP/1.0 client that asked to stay
  bool is_head_ = false;
  bool linger_ = false;
  std::string out_;
  std::shared_ptr<const std::string> out_body_;
  std::size_t out_sent_ = 0;
  std::size_t lingered_bytes_ = 0;

  std::int64_t since_ms_ = 0;  // when the present state began
  std::int64_t moved_ms_ = 0;  // when something last moved
  std::size_t moved_bytes_ = 0;

  std::function<void(std::shared_ptr<Stream>)> hand_stream_;
  std::int64_t stream_since_ms_ = 0;
  std::vector<Piece> pending_;
  std::size_t pending_first_ = 0;
  std::size_t pending_bytes_ = 0;
  std::function<void()> drained_;
  std::function<void()> closed_;
  std::function<std::shared_ptr<const std::string>()> quiet_;
};

}  // namespace anxiao::api::http
