#include "api/http/target.h"

#include "base/text.h"

namespace anxiao::api::http {
namespace {

constexpr std::size_t kMostParameters = 64;

Refusal malformed(const char* detail) {
  return {.why = Why::malformed, .key = "request.malformed", .detail = detail};
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool has_control(std::string_view text) {
  for (char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return true;
  return false;
}

enum class Part { path, query };

Result<std::string> decode(std::string_view text, Part part) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      int high = i + 2 < text.size() ? digit_of(text[i + 1]) : -1;
      int low = i + 2 < text.size() ? digit_of(text[i + 2]) : -1;
      if (high < 0 || low < 0) return malformed("bad percent-encoding in the target");
      c = static_cast<char>(high * 16 + low);
      // A slash that was meant as text would move the segments.
      if (part == Part::path && c == '/') return malformed("an encoded slash in the path");
      i += 2;
    } else if (c == '+' && part == Part::query) {
      c = ' ';
    }
    out.push_back(c);
  }
  if (!is_utf8(out)) return malformed("the target is no UTF-8 once decoded");
  if (part == Part::path && has_control(out)) return malformed("a control character in the path");
  return out;
}

bool has_dot_segment(std::string_view path) {
  while (!path.empty()) {
    path.remove_prefix(1);
    auto end = path.find('/');
    auto segment = path.substr(0, end);
    if (segment == "." || segment == "..") return true;
    path = end == std::string_view::npos ? std::string_view() : path.substr(end);
  }
  return false;
}

}  // namespace

Result<Target> parse_target(std::string_view text) {
  // The absolute form that proxies send; the authority is the Host header's business.
  for (std::string_view scheme : {"http://", "https://"}) {
    if (!text.starts_with(scheme)) continue;
    auto slash = text.find_first_of("/?", scheme.size());
    if (slash == std::string_view::npos) return Target{.path = "/", .query = {}};
    if (text[slash] == '?') return malformed("a target without a path");
    text.remove_prefix(slash);
    break;
  }
  if (text.empty() || text.front() != '/')
    return malformed("the target does not begin with a slash");
  if (text.find('#') != std::string_view::npos) return malformed("a fragment in the target");

  Target out;
  auto mark = text.find('?');
  TRY_LET(path, decode(text.substr(0, mark), Part::path));
  if (has_dot_segment(path)) return malformed("a dot segment in the path");
  out.path = std::move(path);
  if (mark == std::string_view::npos) return out;

  std::string_view rest = text.substr(mark + 1);
  std::size_t count = 0;
  while (!rest.empty()) {
    auto end = rest.find('&');
    auto pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (pair.empty()) continue;
    if (++count > kMostParameters) return malformed("too many parameters in the query");
    auto equals = pair.find('=');
    TRY_LET(name, decode(pair.substr(0, equals), Part::query));
    if (equals == std::string_view::npos) {
      out.query[std::move(name)] = "";
      continue;
    }
    TRY_LET(value, decode(pair.substr(equals + 1), Part::query));
    out.query[std::move(name)] = std::move(value);
  }
  return out;
}

}  // namespace anxiao::api::http
