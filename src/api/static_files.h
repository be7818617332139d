// The pages, served from one folder. A path that names no file is a place inside the application
// and gets index.html. Files are read once and looked at again only when they change; nothing
// outside the folder and nothing hidden is ever read.

#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "api/http/message.h"

namespace anxiao::api {

class StaticFiles {
 public:
  // An empty or missing folder serves nothing.
  explicit StaticFiles(std::filesystem::path folder);

  // For GET and HEAD; nothing where the path is no page and no file. The path is decoded and has
  // no dot segments.
  std::optional<http::Response> serve(const http::Request& request);

 private:
  struct File {
    std::filesystem::file_time_type changed;
    std::uintmax_t size = 0;
    std::shared_ptr<const std::string> bytes;
    std::shared_ptr<const std::string> gzipped;  // empty where there is no smaller form
    std::string tag;
  };
  std::shared_ptr<const File> file(const std::string& name);
  http::Response answer(const http::Request& request, const std::string& name, const File& file);

  std::filesystem::path folder_;
  std::mutex guard_;
  std::map<std::string, std::shared_ptr<const File>> files_;
  std::size_t held_bytes_ = 0;
};

}  // namespace anxiao::api
