#include "api/metrics.h"

#include <fmt/format.h>

#include <algorithm>

namespace anxiao::api {
namespace {

constexpr std::array kStatuses = {200, 201, 202, 204, 206, 304, 400, 401, 403, 404,
                                  405, 409, 412, 413, 416, 422, 429, 500, 503, 0};  // 0: any other
struct Bound {
  std::int64_t ns;
  const char* text;
};
constexpr std::int64_t kMs = 1'000'000;
constexpr std::array<Bound, 11> kBounds = {{{kMs / 2, "0.0005"},
                                            {kMs, "0.001"},
                                            {5 * kMs / 2, "0.0025"},
                                            {5 * kMs, "0.005"},
                                            {10 * kMs, "0.01"},
                                            {25 * kMs, "0.025"},
                                            {50 * kMs, "0.05"},
                                            {100 * kMs, "0.1"},
                                            {250 * kMs, "0.25"},
                                            {1000 * kMs, "1"},
                                            {5000 * kMs, "5"}}};

}  // namespace

struct Metrics::Line {
  std::string method;
  std::string pattern;
  std::array<std::atomic<std::uint64_t>, kStatuses.size()> statuses{};
  std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> took{};
  std::atomic<std::uint64_t> took_ns{0};
};

Metrics::Metrics(const std::vector<Route>& routes)
    : pages_(routes.size()), lines_(new Line[routes.size() + 2]), line_count_(routes.size() + 2) {
  for (std::size_t i = 0; i < routes.size(); ++i) {
    lines_[i].method = routes[i].method;
    lines_[i].pattern = routes[i].pattern;
  }
  lines_[pages()].method = "GET";
  lines_[pages()].pattern = "pages";
  lines_[nothing()].method = "any";
  lines_[nothing()].pattern = "none";
}

Metrics::~Metrics() = default;

void Metrics::count(std::size_t route, int status, std::int64_t took_ns) {
  Line& line = lines_[std::min(route, line_count_ - 1)];
  std::size_t slot = 0;
  while (kStatuses[slot] != status && kStatuses[slot] != 0) ++slot;
  line.statuses[slot].fetch_add(1, std::memory_order_relaxed);
  std::size_t bucket = 0;
  while (bucket < kBounds.size() && took_ns > kBounds[bucket].ns) ++bucket;
  line.took[bucket].fetch_add(1, std::memory_order_relaxed);
  line.took_ns.fetch_add(static_cast<std::uint64_t>(std::max<std::int64_t>(took_ns, 0)),
                         std::memory_order_relaxed);
}

void Metrics::add(Type type, std::string name, std::string help, std::function<double()> read) {
  std::lock_guard lock(guard_);
  figures_.push_back({type, std::move(name), std::move(help), std::move(read)});
}

std::string Metrics::text() const {
  std::string out;
  auto to = std::back_inserter(out);
  out +=
      "# HELP anxiao_http_requests_total Requests answered.\n"
      "# TYPE anxiao_http_requests_total counter\n";
  for (std::size_t i = 0; i < line_count_; ++i) {
    const Line& line = lines_[i];
    for (std::size_t slot = 0; slot < kStatuses.size(); ++slot) {
      auto count = line.statuses[slot].load(std::memory_order_relaxed);
      if (count == 0) continue;
      fmt::format_to(
          to, "anxiao_http_requests_total{{method=\"{}\",route=\"{}\",status=\"{}\"}} {}\n",
          line.method, line.pattern,
          kStatuses[slot] == 0 ? std::string("other") : std::to_string(kStatuses[slot]), count);
    }
  }
  out +=
      "# HELP anxiao_http_request_seconds From the head's end until the answer is handed to "
      "the socket.\n# TYPE anxiao_http_request_seconds histogram\n";
  for (std::size_t i = 0; i < line_count_; ++i) {
    const Line& line = lines_[i];
    std::array<std::uint64_t, kBounds.size() + 1> took;
    std::uint64_t total = 0;
    for (std::size_t b = 0; b < took.size(); ++b)
      total += took[b] = line.took[b].load(std::memory_order_relaxed);
    if (total == 0) continue;
    std::string labels = fmt::format("method=\"{}\",route=\"{}\"", line.method, line.pattern);
    std::uint64_t sum = 0;
    for (std::size_t b = 0; b < kBounds.size(); ++b) {
      sum += took[b];
      fmt::format_to(to, "anxiao_http_request_seconds_bucket{{{},le=\"{}\"}} {}\n", labels,
                     kBounds[b].text, sum);
    }
    fmt::format_to(to, "anxiao_http_request_seconds_bucket{{{},le=\"+Inf\"}} {}\n", labels, total);
    fmt::format_to(to, "anxiao_http_request_seconds_sum{{{}}} {}\n", labels,
                   static_cast<double>(line.took_ns.load(std::memory_order_relaxed)) / 1e9);
    fmt::format_to(to, "anxiao_http_request_seconds_count{{{}}} {}\n", labels, total);
  }
  std::lock_guard lock(guard_);
  for (const auto& figure : figures_) {
    fmt::format_to(to, "# HELP {0} {1}\n# TYPE {0} {2}\n{0} {3}\n", figure.name, figure.help,
                   figure.type == Type::gauge ? "gauge" : "counter", figure.read());
  }
  return out;
}

}  // namespace anxiao::api
