#include "api/http/connection.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <cerrno>
#include <cstring>

#include "api/http/parser.h"
#include "api/http/target.h"
#include "api/http/writer.h"
#include "base/log.h"

namespace anxiao::api::http {
namespace {

constexpr std::size_t kFirstBuffer = 4 * 1024;
constexpr std::size_t kBodyBuffer = 64 * 1024;
constexpr std::size_t kBodyInOnePiece = 16 * 1024;  // smaller bodies are copied behind the head
constexpr std::size_t kPiecesAtOnce = 64;

// Bytes taken; 0: the socket is full; -1: the connection is gone.
ssize_t send_some(int descriptor, iovec* pieces, std::size_t count) {
  msghdr message{};
  message.msg_iov = pieces;
  message.msg_iovlen = count;
  for (;;) {
    ssize_t sent = ::sendmsg(descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) return sent;
    if (errno == EINTR) continue;
    return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
  }
}

iovec piece_of(std::string_view text) { return {const_cast<char*>(text.data()), text.size()}; }

Wrong wrong_of(boost::beast::error_code happened, bool has_line) {
  using boost::beast::http::error;
  if (happened == error::header_limit)
    return has_line ? Wrong{431, "request.too_large", "the head is too large"}
                    : Wrong{414, "request.too_large", "the request line is too long"};
  if (happened == error::bad_version)
    return {505, "request.malformed", "the version is neither HTTP/1.0 nor HTTP/1.1"};
  if (happened == error::bad_chunk || happened == error::bad_chunk_extension)
    return {400, "request.malformed", "a malformed chunk"};
  return {400, "request.malformed", "no well-formed HTTP request"};
}

}  // namespace

Connection::Connection(std::shared_ptr<Loop> loop, int socket, std::string address)
    : loop_(std::move(loop)),
      limits_(loop_->options.limits),
      socket_(loop_->io.get_executor(), boost::asio::ip::tcp::v4(), socket),
      descriptor_(socket),
      peer_(std::move(address)) {}

Connection::~Connection() = default;

void Connection::start() {
  loop_->enter(*this);
  since_ms_ = moved_ms_ = loop_->now_ms();
  advance();
}

std::function<void(std::function<void()>)> Connection::post() const {
  return [loop = loop_](std::function<void()> task) { loop->run(std::move(task)); };
}

std::string_view Connection::unread() const { return {buffer_.data() + begin_, end_ - begin_}; }

void Connection::consume(std::size_t bytes) {
  begin_ += bytes;
  if (begin_ == end_) begin_ = end_ = 0;
}

// Steps are taken in a loop, not by calling each other: a client that sends many requests at once
// must not deepen the stack.
void Connection::advance() {
  if (advancing_) return;
  auto self = shared_from_this();
  advancing_ = true;
  while (step()) {
  }
  advancing_ = false;
}

// True: there may be more to do at once.
bool Connection::step() {
  switch (state_) {
    case State::idle:
    case State::head:
      return read_head();
    case State::body:
      return read_body();
    case State::writing:
      return write_out();
    case State::lingering:
      drop_input();
      return false;
    case State::answering:
    case State::streaming:
    case State::ended:
      return false;
  }
  return false;
}

void Connection::begin_message() {
  request_ = Request{};
  parser_ = std::make_unique<Parser>(request_, limits_);
  state_ = State::head;
  since_ms_ = loop_->now_ms();
  head_bytes_ = 0;
  keep_alive_ = true;
  said_10_ = is_head_ = linger_ = false;
  held_.reset();
  instead_.reset();
}

bool Connection::read_head() {
  if (state_ == State::idle) {
    // RFC 9112, 2.2: an empty line before the request line is passed over.
    while (unread().starts_with("\r\n")) consume(2);
    if (unread().empty() || unread() == "\r") {
      if (input_ended_ || (loop_->draining() && unread().empty())) {
        end();
        return false;
      }
      await_read();
      return false;
    }
    begin_message();
  }
  if (unread().empty()) {
    if (input_ended_) {
      end();
      return false;
    }
    await_read();
    return false;
  }
  boost::beast::error_code error;
  auto text = unread();
  std::size_t used = parser_->put(boost::asio::const_buffer(text.data(), text.size()), error);
  consume(used);
  head_bytes_ += used;
  if (parser_->wrong().status != 0) return refuse(parser_->wrong());
  if (error == boost::beast::http::error::need_more) {
    if (head_bytes_ + unread().size() >= limits_.head_bytes)
      return refuse(wrong_of(boost::beast::http::error::header_limit, parser_->has_line()));
    if (input_ended_) {
      end();
      return false;
    }
    await_read();
    return false;
  }
  if (error) return refuse(wrong_of(error, parser_->has_line()));
  if (head_bytes_ > limits_.head_bytes)
    return refuse(wrong_of(boost::beast::http::error::header_limit, true));
  if (!parser_->is_header_done()) return true;
  return head_is_read();
}

bool Connection::head_is_read() {
  served_ = true;
  is_head_ = request_.method == "HEAD";
  keep_alive_ = parser_->keep_alive();
  said_10_ = keep_alive_ && !parser_->is_http_11();
  if (parser_->is_http_11() && !parser_->has_host())
    return refuse({400, "request.malformed", "HTTP/1.1 without Host"});
  auto target = parse_target(parser_->target());
  if (!target) {
    // The reason is a constant of target.cpp, but only as a string.
    request_.path.clear();
    keep_alive_ = false;
    linger_ = true;
    compose(loop_->answerer.refusal(400, target.error().key, target.error().detail));
    return true;
  }
  request_.path = std::move(target->path);
  request_.query = std::move(target->query);
  request_.address = client_address();

  Admission admission = loop_->answerer.admit(request_);
  if (admission.instead) return answer_instead(std::move(*admission.instead));
  if (parser_->has_expectation() && !parser_->expects_continue())
    return answer_instead(
        loop_->answerer.refusal(417, "request.malformed", "an expectation that is not met here"));
  held_ = std::move(admission.held);
  if (parser_->is_done()) return hand_over();

  auto length = parser_->content_length();
  if (length && *length > admission.body_limit)
    return answer_instead(loop_->answerer.refusal(413, "request.too_large",
                                                  "the body is larger than this request may have"));
  parser_->limit_body(admission.body_limit);
  parser_->eager(true);
  if (parser_->expects_continue() && unread().empty()) {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    iovec piece = piece_of(kContinue);
    if (send_some(descriptor_, &piece, 1) != static_cast<ssize_t>(kContinue.size())) {
      end();
      return false;
    }
  }
  state_ = State::body;
  since_ms_ = moved_ms_ = loop_->now_ms();
  moved_bytes_ = 0;
  return true;
}

bool Connection::read_body() {
  if (unread().empty()) {
    if (input_ended_) {
      end();
      return false;
    }
    await_read();
    return false;
  }
  boost::beast::error_code error;
  auto text = unread();
  std::size_t used = parser_->put(boost::asio::const_buffer(text.data(), text.size()), error);
  consume(used);
  if (parser_->wrong().status != 0) {
    if (instead_) {
      keep_alive_ = false;
      linger_ = true;
      compose(std::move(*instead_));
      return true;
    }
    return refuse(parser_->wrong());
  }
  if (parser_->is_done()) {
    if (!instead_) return hand_over();
    compose(std::move(*instead_));
    return true;
  }
  if (error == boost::beast::http::error::need_more) {
    // What a chunk's own head may take is bounded by the head's limit.
    if (used == 0 && unread().size() >= limits_.head_bytes)
      return refuse({400, "request.malformed", "a chunk head or trailer that is too large"});
    if (input_ended_) {
      end();
      return false;
    }
    await_read();
    return false;
  }
  if (error) return refuse(wrong_of(error, true));
  return true;
}

bool Connection::hand_over() {
  parser_.reset();
  state_ = State::answering;
  since_ms_ = loop_->now_ms();
  try {
    loop_->answerer.answer(std::move(request_), std::move(held_), Reply(shared_from_this()));
  } catch (const std::exception& fault) {
    // The Reply was dropped on the way out, which has answered 500.
    log::error("an answerer threw", {{"what", fault.what()}});
  }
  return state_ != State::answering;
}

// The request cannot be made sense of, or will not be waited for: nothing after it is read.
bool Connection::refuse(const Wrong& wrong) {
  keep_alive_ = false;
  linger_ = true;
  is_head_ = request_.method == "HEAD";
  compose(loop_->answerer.refusal(wrong.status, wrong.key, wrong.detail));
  return true;
}

// An answer before the body has come. A small body is read and forgotten, so that the connection
// can be kept; of a large one nothing is awaited.
bool Connection::answer_instead(Response&& response) {
  if (parser_->is_done()) {
    compose(std::move(response));
    return true;
  }
  auto length = parser_->content_length();
  if (length && *length <= limits_.discarded_bytes && !parser_->has_expectation()) {
    parser_->discard_body();
    parser_->limit_body(limits_.discarded_bytes);
    parser_->eager(true);
    instead_ = std::move(response);
    state_ = State::body;
    since_ms_ = moved_ms_ = loop_->now_ms();
    moved_bytes_ = 0;
    return true;
  }
  keep_alive_ = false;
  linger_ = true;
  compose(std::move(response));
  return true;
}

void Connection::deliver(Response&& response) {
  if (state_ != State::answering) return;
  compose(std::move(response));
  advance();
}

void Connection::compose(Response&& response) {
  out_.clear();
  out_body_.reset();
  out_sent_ = 0;
  state_ = State::writing;
  since_ms_ = moved_ms_ = loop_->now_ms();
  if (loop_->draining() || response.stream) keep_alive_ = false;
  auto ending = !keep_alive_ ? Ending::close
                : said_10_   ? Ending::keep_alive_said
                             : Ending::keep_alive;
  const std::string& body = response.shared ? *response.shared : response.body;
  try {
    write_head(out_, response, body.size(), ending, loop_->date());
  } catch (const Fault& fault) {
    log::error("an answer could not be written", {{"what", fault.what()}});
    out_.clear();
    response = loop_->answerer.refusal(500, "fault", "the answer could not be written");
    write_head(out_, response, response.body.size(), ending, loop_->date());
  }
  if (is_head_ || response.status == 204 || response.status == 304) return;
  hand_stream_ = std::move(response.stream);
  if (response.shared)
    out_body_ = std::move(response.shared);
  else if (response.body.size() > kBodyInOnePiece)
    out_body_ = std::make_shared<const std::string>(std::move(response.body));
  else
    out_.append(response.body);
}

bool Connection::write_out() {
  std::size_t total = out_.size() + (out_body_ ? out_body_->size() : 0);
  while (out_sent_ < total) {
    std::array<iovec, 2> pieces;
    std::size_t count = 0;
    std::string_view head = out_;
    if (out_sent_ < head.size()) pieces[count++] = piece_of(head.substr(out_sent_));
    if (out_body_) {
      std::size_t skip = out_sent_ > head.size() ? out_sent_ - head.size() : 0;
      pieces[count++] = piece_of(std::string_view(*out_body_).substr(skip));
    }
    ssize_t sent = send_some(descriptor_, pieces.data(), count);
    if (sent < 0) {
      end();
      return false;
    }
    if (sent == 0) {
      await_write();
      return false;
    }
    out_sent_ += static_cast<std::size_t>(sent);
    moved_ms_ = loop_->now_ms();
  }
  return written();
}

bool Connection::written() {
  out_body_.reset();
  if (hand_stream_) return begin_stream();
  if (!keep_alive_ || loop_->draining()) {
    // Closing over unread input would make the kernel take back what was just sent.
    if (linger_ || !unread().empty()) {
      ::shutdown(descriptor_, SHUT_WR);
      state_ = State::lingering;
      since_ms_ = loop_->now_ms();
      lingered_bytes_ = 0;
      return true;
    }
    end();
    return false;
  }
  state_ = State::idle;
  since_ms_ = loop_->now_ms();
  parser_.reset();
  if (out_.capacity() > kBodyBuffer) std::string().swap(out_);
  if (unread().empty() && buffer_.size() > kBodyBuffer / 2)
    std::vector<char>(kFirstBuffer).swap(buffer_);
  return true;
}

void Connection::drop_input() {
  lingered_bytes_ += end_ - begin_;
  begin_ = end_ = 0;
  if (input_ended_ || lingered_bytes_ > 4 * limits_.discarded_bytes) {
    end();
    return;
  }
  await_read();
}

bool Connection::begin_stream() {
  state_ = State::streaming;
  stream_since_ms_ = moved_ms_ = loop_->now_ms();
  begin_ = end_ = 0;
  std::vector<char>(64).swap(buffer_);
  std::string().swap(out_);
  parser_.reset();
  auto hand = std::exchange(hand_stream_, {});
  hand(shared_from_this());
  // A listener says nothing more; reading is how its leaving is seen.
  if (state_ == State::streaming) await_read();
  return false;
}

bool Connection::write(const std::shared_ptr<const std::string>& held,
                       std::span<const std::string_view> parts) {
  if (state_ != State::streaming) return false;
  while (pending_bytes_ == 0 && !parts.empty()) {
    std::array<iovec, kPiecesAtOnce> pieces;
    std::size_t count = std::min(parts.size(), kPiecesAtOnce);
    std::size_t wanted = 0;
    for (std::size_t i = 0; i < count; ++i) {
      pieces[i] = piece_of(parts[i]);
      wanted += parts[i].size();
    }
    ssize_t sent = send_some(descriptor_, pieces.data(), count);
    if (sent < 0) {
      end();
      return false;
    }
    moved_ms_ = loop_->now_ms();
    if (static_cast<std::size_t>(sent) < wanted) {
      auto taken = static_cast<std::size_t>(sent);
      for (std::size_t i = 0; i < count; ++i) {
        std::size_t skip = std::min(taken, parts[i].size());
        taken -= skip;
        if (skip == parts[i].size()) continue;
        pending_.push_back({held, parts[i].substr(skip)});
        pending_bytes_ += parts[i].size() - skip;
      }
      await_write();
    }
    parts = parts.subspan(count);
  }
  for (auto part : parts) {
    pending_.push_back({held, part});
    pending_bytes_ += part.size();
  }
  if (pending_bytes_ > limits_.stream_queue_bytes) {
    end();
    return false;
  }
  return true;
}

bool Connection::flush_stream() {
  while (pending_bytes_ > 0) {
    std::array<iovec, kPiecesAtOnce> pieces;
    std::size_t count = 0;
    for (std::size_t i = pending_first_; i < pending_.size() && count < kPiecesAtOnce; ++i)
      pieces[count++] = piece_of(pending_[i].rest);
    ssize_t sent = send_some(descriptor_, pieces.data(), count);
    if (sent < 0) {
      end();
      return false;
    }
    if (sent == 0) {
      await_write();
      return false;
    }
    moved_ms_ = loop_->now_ms();
    auto taken = static_cast<std::size_t>(sent);
    pending_bytes_ -= taken;
    while (taken > 0) {
      auto& piece = pending_[pending_first_];
      std::size_t skip = std::min(taken, piece.rest.size());
      piece.rest.remove_prefix(skip);
      taken -= skip;
      if (piece.rest.empty()) {
        piece.held.reset();
        ++pending_first_;
      }
    }
  }
  pending_.clear();
  pending_first_ = 0;
  if (drained_) {
    auto call = drained_;
    call();
  }
  return false;
}

void Connection::await_read() {
  if (wait_.read || input_ended_ || state_ == State::ended) return;
  if (buffer_.empty()) buffer_.resize(kFirstBuffer);
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (state_ == State::body && buffer_.size() < kBodyBuffer && moved_bytes_ > kFirstBuffer)
    buffer_.resize(kBodyBuffer);
  if (end_ == buffer_.size()) buffer_.resize(buffer_.size() * 2);
  wait_.read = true;
  socket_.async_read_some(
      boost::asio::buffer(buffer_.data() + end_, buffer_.size() - end_),
      [self = shared_from_this()](boost::system::error_code error, std::size_t bytes) {
        self->wait_.read = false;
        if (self->state_ == State::ended) return;
        if (error && error != boost::asio::error::eof) {
          self->end();
          return;
        }
        self->have_read(error ? 0 : bytes);
      });
}

void Connection::have_read(std::size_t bytes) {
  loop_->look_at_clock();
  if (bytes == 0) input_ended_ = true;
  end_ += bytes;
  if (state_ == State::streaming) {
    begin_ = end_ = 0;
    lingered_bytes_ += bytes;
    if (input_ended_ || lingered_bytes_ > limits_.head_bytes)
      end();
    else
      await_read();
    return;
  }
  moved_bytes_ += bytes;
  advance();
}

void Connection::await_write() {
  if (wait_.write || state_ == State::ended) return;
  wait_.write = true;
  socket_.async_wait(boost::asio::socket_base::wait_write,
                     [self = shared_from_this()](boost::system::error_code error) {
                       self->wait_.write = false;
                       if (self->state_ == State::ended) return;
                       if (error) {
                         self->end();
                         return;
                       }
                       self->loop_->look_at_clock();
                       if (self->state_ == State::streaming)
                         self->flush_stream();
                       else
                         self->advance();
                     });
}

void Connection::sweep() {
  auto self = shared_from_this();
  std::int64_t now = loop_->now_ms();
  switch (state_) {
    case State::idle:
      if (now - since_ms_ > (served_ ? limits_.idle_ms : limits_.head_ms)) end();
      return;
    case State::head:
      if (now - since_ms_ > limits_.head_ms) {
        refuse({408, "request.timeout", "the head did not come in time"});
        advance();
      }
      return;
    case State::body:
      if (now - moved_ms_ <= limits_.progress_ms) return;
      if (moved_bytes_ < limits_.progress_bytes) {
        refuse({408, "request.timeout", "the body comes too slowly"});
        advance();
        return;
      }
      moved_ms_ = now;
      moved_bytes_ = 0;
      return;
    case State::writing:
      if (now - moved_ms_ > limits_.progress_ms) end();
      return;
    case State::lingering:
      if (now - since_ms_ > limits_.linger_ms) end();
      return;
    case State::streaming:
      if (now - stream_since_ms_ > limits_.stream_ms ||
          (pending_bytes_ > 0 && now - moved_ms_ > limits_.progress_ms)) {
        end();
      } else if (quiet_ && pending_bytes_ == 0 && now - moved_ms_ >= limits_.heartbeat_ms) {
        if (auto beat = quiet_()) {
          std::string_view whole = *beat;
          write(beat, {&whole, 1});
        }
      }
      return;
    case State::answering:
    case State::ended:
      return;
  }
}

void Connection::drain() {
  auto self = shared_from_this();
  if (state_ == State::idle || state_ == State::streaming) end();
}

void Connection::end() {
  if (state_ == State::ended) return;
  auto self = shared_from_this();
  state_ = State::ended;
  boost::system::error_code ignored;
  socket_.close(ignored);
  parser_.reset();
  held_.reset();
  out_body_.reset();
  pending_.clear();
  pending_bytes_ = 0;
  drained_ = {};
  quiet_ = {};
  hand_stream_ = {};
  loop_->leave(*this);
  if (auto call = std::exchange(closed_, {})) call();
}

std::string Connection::client_address() const {
  const auto& trusted = loop_->options.trusted_proxies;
  if (trusted.empty() || std::find(trusted.begin(), trusted.end(), peer_) == trusted.end())
    return peer_;
  auto forwarded = request_.header("x-forwarded-for");
  auto comma = forwarded.rfind(',');
  if (comma != std::string_view::npos) forwarded.remove_prefix(comma + 1);
  while (forwarded.starts_with(' ')) forwarded.remove_prefix(1);
  while (forwarded.ends_with(' ')) forwarded.remove_suffix(1);
  return forwarded.empty() || forwarded.size() > 64 ? peer_ : std::string(forwarded);
}

}  // namespace anxiao::api::http
