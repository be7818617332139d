// What the process did, counted without locks, and told in the text format of Prometheus
// (exposition format 0.0.4). Routes are named by their pattern, never by what was asked for: no
// id of anybody gets here.

#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "api/route.h"

namespace anxiao::api {

class Metrics {
 public:
  explicit Metrics(const std::vector<Route>& routes);
  ~Metrics();

  // `route` is the row's index; beyond the last: pages, and one further: no row at all.
  void count(std::size_t route, int status, std::int64_t took_ns);
  std::size_t pages() const { return pages_; }
  std::size_t nothing() const { return pages_ + 1; }

  enum class Type { gauge, counter };
  // A figure asked for whenever somebody reads the metrics; from any thread.
  void add(Type type, std::string name, std::string help, std::function<double()> read);

  std::string text() const;

 private:
  struct Line;
  struct Figure {
    Type type;
    std::string name;
    std::string help;
    std::function<double()> read;
  };
  std::size_t pages_;
  std::unique_ptr<Line[]> lines_;
  std::size_t line_count_;
  mutable std::mutex guard_;
  std::vector<Figure> figures_;
};

}  // namespace anxiao::api
