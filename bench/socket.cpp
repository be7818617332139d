#include "bench/socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace anxiao::bench {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return at;
}

void hurry(int descriptor) {
  int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

Socket::~Socket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Socket Socket::connect(std::uint16_t port) {
  Socket out(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto at = loopback(port);
  if (out.get() < 0 || ::connect(out.get(), reinterpret_cast<sockaddr*>(&at), sizeof at))
    fail("connect");
  hurry(out.get());
  return out;
}

Socket Socket::listen(std::uint16_t& port) {
  Socket out(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto at = loopback(0);
  socklen_t size = sizeof at;
  if (out.get() < 0 || ::bind(out.get(), reinterpret_cast<sockaddr*>(&at), sizeof at) ||
      ::listen(out.get(), 4096) ||
      ::getsockname(out.get(), reinterpret_cast<sockaddr*>(&at), &size))
    fail("listen");
  port = ntohs(at.sin_port);
  return out;
}

void Socket::say(std::string_view bytes) const {
  while (!bytes.empty()) {
    ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) fail("send");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void Socket::never_wait() const {
  ::fcntl(descriptor_, F_SETFL, ::fcntl(descriptor_, F_GETFL) | O_NONBLOCK);
}

Answer ask(const Socket& socket, const std::string& text) {
  socket.say(text);
  Answer out;
  std::string got;
  std::size_t end = std::string::npos, length = 0;
  char piece[65536];
  while (end == std::string::npos || got.size() < end + 4 + length) {
    ssize_t size = ::recv(socket.get(), piece, sizeof piece, 0);
    if (size <= 0) throw std::runtime_error("the server closed the connection");
    got.append(piece, static_cast<std::size_t>(size));
    if (end == std::string::npos && (end = got.find("\r\n\r\n")) != std::string::npos) {
      auto at = got.find("Content-Length: ");
      if (at == std::string::npos) at = got.find("content-length: ");
      length = at != std::string::npos && at < end
                   ? std::strtoul(got.c_str() + at + 16, nullptr, 10)
                   : 0;
    }
  }
  out.status = std::atoi(got.c_str() + 9);
  out.head = got.substr(0, end);
  out.body = got.substr(end + 4, length);
  return out;
}

std::string request(std::string_view method, std::string_view path, std::string_view cookie,
                    std::string_view body) {
  std::string out;
  out.reserve(body.size() + 300);
  out.append(method).append(" ").append(path).append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n");
  if (!cookie.empty()) out.append("Cookie: ").append(cookie).append("\r\nX-Anxiao-Request: 1\r\n");
  if (!body.empty())
    out.append("Content-Type: application/json\r\nContent-Length: ")
        .append(std::to_string(body.size()))
        .append("\r\n");
  return out.append("\r\n").append(body);
}

void raise_descriptors() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace anxiao::bench
