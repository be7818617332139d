#include "api/http/writer.h"

#include <array>
#include <charconv>
#include <cstdio>

#include "base/result.h"

namespace anxiao::api::http {
namespace {

void append_number(std::string& out, std::size_t number) {
  std::array<char, 24> digits;
  auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

bool is_safe(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  expect(is_safe(name) && is_safe(value), "a response header holds a line break");
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string_view reason_of(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Status";
  }
}

std::string http_date(Instant instant) {
  static constexpr const char* kDays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::int64_t days = instant.ms / kDayMs;
  std::int64_t rest = instant.ms % kDayMs;
  if (rest < 0) rest += kDayMs, --days;
  Day day{static_cast<std::int32_t>(days)};
  int second = static_cast<int>(rest / kSecondMs);
  std::array<char, 64> text;
  int size =
      std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                    kDays[weekday_of(day) - 1], day_of_month(day), kMonths[month_of(day) - 1],
                    year_of(day), second / 3600, second / 60 % 60, second % 60);
  return std::string(text.data(), static_cast<std::size_t>(size));
}

void write_head(std::string& out, const Response& response, std::size_t body_size, Ending ending,
                std::string_view date) {
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::size_t>(response.status));
  out.append(" ").append(reason_of(response.status)).append("\r\nDate: ").append(date);
  out.append("\r\n");
  // 204 and 304 have no content to speak of (RFC 9110, 15.3.5 and 15.4.5).
  bool bare = response.status == 204 || response.status == 304;
  if (!bare && !response.type.empty()) append_header(out, "Content-Type", response.type);
  for (const auto& [name, value] : response.headers) append_header(out, name, value);
  out.append(response.lines);
  if (!bare && !response.stream) {
    out.append("Content-Length: ");
    append_number(out, body_size);
    out.append("\r\n");
  }
  if (ending == Ending::close) out.append("Connection: close\r\n");
  if (ending == Ending::keep_alive_said) out.append("Connection: keep-alive\r\n");
  out.append("\r\n");
}

}  // namespace anxiao::api::http
