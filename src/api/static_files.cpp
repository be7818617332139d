#include "api/static_files.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "api/gzip.h"
#include "base/hash.h"

namespace anxiao::api {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostHeld = 128 * 1024 * 1024;

constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kTypes = {{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".jpeg", "image/jpeg"},
    {".webp", "image/webp"},
    {".gif", "image/gif"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".woff", "font/woff"},
    {".txt", "text/plain; charset=utf-8"},
    {".wasm", "application/wasm"},
    {".pbf", "application/x-protobuf"},
    {".pdf", "application/pdf"},
}};

constexpr std::string_view kUnknownType = "application/octet-stream";

std::string_view type_of(std::string_view name) {
  auto dot = name.rfind('.');
  if (dot != std::string_view::npos)
    for (auto [ending, type] : kTypes)
      if (name.substr(dot) == ending) return type;
  return kUnknownType;
}

bool has_hidden_segment(std::string_view path) { return path.find("/.") != std::string_view::npos; }

// A file by its name. A place in the application may have a dot too: ids do.
bool names_a_file(std::string_view path) {
  return path.starts_with("/assets/") || type_of(path) != kUnknownType;
}

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return std::move(out).str();
}

bool is_within(const fs::path& path, const fs::path& folder) {
  auto [end, ignored] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return end == folder.end();
}

}  // namespace

StaticFiles::StaticFiles(fs::path folder) {
  std::error_code error;
  if (!folder.empty() && fs::is_directory(folder, error)) folder_ = fs::canonical(folder, error);
}

std::shared_ptr<const StaticFiles::File> StaticFiles::file(const std::string& name) {
  std::error_code error;
  fs::path path = folder_ / name.substr(1);
  auto status = fs::status(path, error);
  if (error || !fs::is_regular_file(status)) return nullptr;
  auto changed = fs::last_write_time(path, error);
  if (error) return nullptr;
  auto size = fs::file_size(path, error);
  if (error) return nullptr;

  std::lock_guard lock(guard_);
  auto& held = files_[name];
  if (held && held->changed == changed && held->size == size) return held;
  // A link may lead out of the folder; what it leads to may not be served.
  fs::path real = fs::canonical(path, error);
  if (error || !is_within(real, folder_)) {
    files_.erase(name);
    return nullptr;
  }
  if (held) held_bytes_ -= held->bytes->size() + (held->gzipped ? held->gzipped->size() : 0);
  auto made = std::make_shared<File>();
  made->changed = changed;
  made->size = size;
  made->bytes = std::make_shared<const std::string>(bytes_of(real));
  made->tag = sha256_hex(*made->bytes).substr(0, 16);
  fs::path beside = real;
  beside += ".gz";
  if (fs::is_regular_file(beside, error)) {
    auto gzipped = bytes_of(beside);
    if (!gzipped.empty() && gzipped.size() < made->bytes->size())
      made->gzipped = std::make_shared<const std::string>(std::move(gzipped));
  }
  held_bytes_ += made->bytes->size() + (made->gzipped ? made->gzipped->size() : 0);
  std::shared_ptr<const File> out = made;
  held = out;
  if (held_bytes_ > kMostHeld) {
    files_.clear();
    held_bytes_ = 0;
  }
  return out;
}

http::Response StaticFiles::answer(const http::Request& request, const std::string& name,
                                   const File& file) {
  http::Response out;
  out.type = type_of(name);
  bool gzip = file.gzipped && accepts_gzip(request.header("accept-encoding"));
  // One representation, one tag (RFC 9110, 8.8.3).
  std::string tag = "\"" + file.tag + (gzip ? "-gz" : "") + "\"";
  out.headers.emplace_back("ETag", tag);
  out.headers.emplace_back("Cache-Control", name.starts_with("/assets/")
                                                ? "public, max-age=31536000, immutable"
                                                : "no-cache");
  if (file.gzipped) out.headers.emplace_back("Vary", "Accept-Encoding");
  if (request.header("if-none-match").find(tag) != std::string_view::npos) {
    out.status = 304;
    return out;
  }
  if (gzip) out.headers.emplace_back("Content-Encoding", "gzip");
  out.shared = gzip ? file.gzipped : file.bytes;
  return out;
}

std::optional<http::Response> StaticFiles::serve(const http::Request& request) {
  if (folder_.empty() || has_hidden_segment(request.path)) return std::nullopt;
  if (request.path.size() > 1 && request.path.back() != '/')
    if (auto found = file(request.path)) return answer(request, request.path, *found);
  if (names_a_file(request.path)) return std::nullopt;
  if (auto index = file("/index.html")) return answer(request, "/index.html", *index);
  return std::nullopt;
}

}  // namespace anxiao::api
