// Boost.Beast's incremental parser writing straight into a Request: no field container between.
// What Beast lets pass and this server does not: a transfer coding other than one `chunked`,
// repeated Content-Length, Host, Authorization or Content-Type, a second head in the trailers.
//
// Only connection.cpp includes this: the headers beneath are large.

#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <string>
#include <string_view>

#include "api/http/message.h"
#include "api/http/server.h"

namespace anxiao::api::http {

struct Wrong {
  int status = 0;  // 0: nothing wrong
  const char* key = "";
  const char* detail = "";
};

class Parser final : public boost::beast::http::basic_parser<true> {
 public:
  using error_code = boost::beast::error_code;
  using string_view = boost::beast::string_view;

  Parser(Request& into, const Limits& limits) : into_(into), limits_(limits) {
    header_limit(static_cast<std::uint32_t>(limits.head_bytes));
    body_limit(boost::none);
    eager(false);
  }

  const Wrong& wrong() const { return wrong_; }
  bool has_line() const { return !target_.empty(); }
  const std::string& target() const { return target_; }
  bool is_http_11() const { return version_ == 11; }
  bool has_host() const { return hosts_ == 1; }
  bool has_length() const { return lengths_ == 1; }
  bool has_expectation() const { return expects_ > 0; }
  bool expects_continue() const { return expects_continue_; }
  void limit_body(std::size_t bytes) { body_limit_bytes_ = bytes; }
  void discard_body() { discards_ = true; }
  std::size_t body_bytes() const { return body_bytes_; }

 private:
  using field = boost::beast::http::field;
  using verb = boost::beast::http::verb;

  void fail(error_code& error, Wrong wrong) {
    wrong_ = wrong;
    error = boost::beast::http::error::bad_value;
  }

  void on_request_impl(verb, string_view method, string_view target, int version,
                       error_code& error) override {
    if (target.size() > limits_.target_bytes)
      return fail(error, {414, "request.too_large", "the target is too long"});
    into_.method.assign(method.data(), method.size());
    target_.assign(target.data(), target.size());
    version_ = version;
  }

  void on_response_impl(int, string_view, int, error_code&) override {}

  void on_field_impl(field name, string_view name_text, string_view value,
                     error_code& error) override {
    // Fields after a chunked body could contradict those already acted upon.
    if (head_done_) return;
    if (into_.headers.size() >= limits_.head_fields)
      return fail(error, {431, "request.too_large", "too many header fields"});
    switch (name) {
      case field::host:
        if (++hosts_ > 1) return fail(error, {400, "request.malformed", "a second Host"});
        break;
      case field::content_length:
        if (++lengths_ > 1 || value.find(',') != string_view::npos)
          return fail(error, {400, "request.malformed", "a second Content-Length"});
        if (codings_ > 0)
          return fail(error,
                      {400, "request.malformed", "both Content-Length and Transfer-Encoding"});
        break;
      case field::transfer_encoding:
        if (++codings_ > 1 || !boost::beast::iequals(value, "chunked"))
          return fail(error, {400, "request.malformed", "a transfer coding other than chunked"});
        if (lengths_ > 0)
          return fail(error,
                      {400, "request.malformed", "both Content-Length and Transfer-Encoding"});
        if (version_ < 11)
          return fail(error, {400, "request.malformed", "a transfer coding in HTTP/1.0"});
        break;
      case field::authorization:
        if (++authorizations_ > 1)
          return fail(error, {400, "request.malformed", "a second Authorization"});
        break;
      case field::content_type:
        if (++types_ > 1) return fail(error, {400, "request.malformed", "a second Content-Type"});
        break;
      case field::expect:
        ++expects_;
        expects_continue_ = expects_ == 1 && boost::beast::iequals(value, "100-continue");
        break;
      default:
        break;
    }
    auto& header = into_.headers.emplace_back();
    header.first.assign(name_text.data(), name_text.size());
    for (char& c : header.first)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    header.second.assign(value.data(), value.size());
  }

  void on_header_impl(error_code&) override { head_done_ = true; }
  void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}

  std::size_t on_body_impl(string_view bytes, error_code& error) override {
    body_bytes_ += bytes.size();
    if (body_bytes_ > body_limit_bytes_) {
      fail(error, {413, "request.too_large", "the body is larger than this request may have"});
      return 0;
    }
    if (!discards_) into_.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }

  void on_chunk_header_impl(std::uint64_t size, string_view, error_code& error) override {
    if (size > body_limit_bytes_ || body_bytes_ + size > body_limit_bytes_)
      fail(error, {413, "request.too_large", "the body is larger than this request may have"});
  }

  std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code& error) override {
    return on_body_impl(bytes, error);
  }

  void on_finish_impl(error_code&) override {}

  Request& into_;
  const Limits& limits_;
  Wrong wrong_;
  std::string target_;
  int version_ = 11;
  int hosts_ = 0, lengths_ = 0, codings_ = 0, authorizations_ = 0, types_ = 0, expects_ = 0;
  bool expects_continue_ = false;
  bool head_done_ = false;
  bool discards_ = false;
  std::size_t body_limit_bytes_ = 0;
  std::size_t body_bytes_ = 0;
};

}  // namespace anxiao::api::http
