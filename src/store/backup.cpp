#include "store/backup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <fstream>
#include <system_error>
#include <vector>

#include "base/hash.h"
#include "base/log.h"
#include "store/sqlite/copy.h"

namespace anxiao::store {

namespace fs = std::filesystem;
namespace json = boost::json;
using usecases::Progress;

namespace {

constexpr const char* kManifest = "manifest.json";
constexpr const char* kManifestHash = "manifest.json.sha256";
constexpr const char* kFormat = "anxiao-backup-1";
constexpr const char* kUnfinished = ".unfinished-";
constexpr const char* kRestoring = ".restoring";
constexpr std::size_t kPiece = 1 << 20;

// A file of a backup, by its path in it.
struct Listed {
  std::string path;
  std::int64_t size = 0;
  std::string sha256 = {};
};

[[noreturn]] void fail(const std::string& doing, const fs::path& path) {
  throw std::system_error(errno, std::generic_category(), "cannot " + doing + " " + path.string());
}

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags, mode_t mode = 0)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

// Brings everything written to that file system to the disk.
void sync_all(const fs::path& folder) {
  Descriptor here(folder, O_RDONLY | O_DIRECTORY);
  if (here.get() < 0 || ::syncfs(here.get()) != 0) fail("bring to the disk", folder);
}

// Removes a folder of ours unless it was kept.
class Scaffold {
 public:
  explicit Scaffold(fs::path path) : path_(std::move(path)) {}
  ~Scaffold() {
    std::error_code none;
    if (!kept_) fs::remove_all(path_, none);
  }
  Scaffold(const Scaffold&) = delete;
  Scaffold& operator=(const Scaffold&) = delete;
  void keep() { kept_ = true; }

 private:
  fs::path path_;
  bool kept_ = false;
};

// Reads a file to its end, piece by piece.
template <class Each>
void read_pieces(const fs::path& path, const Each& each) {
  Descriptor file(path, O_RDONLY);
  if (file.get() < 0) fail("read", path);
  std::string piece(kPiece, '\0');
  for (;;) {
    ssize_t got = ::read(file.get(), piece.data(), piece.size());
    if (got < 0) fail("read", path);
    if (got == 0) return;
    each(std::string_view(piece.data(), static_cast<std::size_t>(got)));
  }
}

void write_all(int fd, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0) fail("write", path);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

void write_file(const fs::path& path, std::string_view bytes) {
  Descriptor file(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
  if (file.get() < 0) fail("make", path);
  write_all(file.get(), bytes, path);
}

Listed hash_file(const fs::path& path, const std::string& name,
                 const std::function<void(std::size_t)>& read) {
  Listed out{.path = name};
  Sha256 hash;
  read_pieces(path, [&](std::string_view piece) {
    hash.feed(piece);
    out.size += static_cast<std::int64_t>(piece.size());
    read(piece.size());
  });
  out.sha256 = to_hex(hash.finish());
  return out;
}

// The hash is that of the bytes that were written.
Listed copy_file(const fs::path& from, const fs::path& to, const std::string& name,
                 const std::function<void(std::size_t)>& copied) {
  Descriptor target(to, O_CREAT | O_EXCL | O_WRONLY, 0600);
  if (target.get() < 0) fail("make", to);
  Listed out{.path = name};
  Sha256 hash;
  read_pieces(from, [&](std::string_view piece) {
    write_all(target.get(), piece, to);
    hash.feed(piece);
    out.size += static_cast<std::int64_t>(piece.size());
    copied(piece.size());
  });
  out.sha256 = to_hex(hash.finish());
  return out;
}

// Makes what is missing of the folders, for their owner only.
void make_folder(const fs::path& path) {
  if (path.empty() || fs::is_directory(path)) return;
  make_folder(path.parent_path());
  if (::mkdir(path.c_str(), 0700) != 0 && !fs::is_directory(path)) fail("make", path);
}

std::vector<fs::path> files_under(const fs::path& folder) {
  std::vector<fs::path> out;
  if (!fs::exists(folder)) return out;
  for (const auto& each : fs::recursive_directory_iterator(folder))
    if (each.is_regular_file()) out.push_back(each.path());
  std::sort(out.begin(), out.end());
  return out;
}

// `data/keys` and `data/keys/` are both `keys`.
fs::path name_in_backup(const fs::path& folder) {
  return folder.has_filename() ? folder.filename() : folder.parent_path().filename();
}

bool lies_in(const fs::path& path, const fs::path& folder) {
  auto inner = fs::weakly_canonical(path), outer = fs::weakly_canonical(folder);
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

std::string name_of(Instant at) {
  std::string name = "backup-";
  for (char c : format_utc(at).substr(0, 19))
    if (c != '-' && c != ':') name += c;
  return name + "Z";
}

Refusal refusal(Why why, const char* key, const std::string& detail,
                const std::string& field = {}) {
  return {.why = why, .key = key, .detail = detail, .field = field};
}

std::string manifest_text(const std::vector<Listed>& files, Instant now) {
  json::array list;
  for (const Listed& file : files)
    list.push_back(json::object{{"path", file.path}, {"size", file.size}, {"sha256", file.sha256}});
  return json::serialize(json::object{{"format", kFormat},
                                      {"version", ANXIAO_VERSION},
                                      {"made_at", format_utc(now)},
                                      {"files", list}}) +
         "\n";
}

std::string read_text(const fs::path& path) {
  std::string out;
  read_pieces(path, [&](std::string_view piece) { out += piece; });
  return out;
}

// A path that stays in the folder it is taken from.
bool is_inner(const fs::path& path) {
  return !path.empty() && path.is_relative() &&
         std::none_of(path.begin(), path.end(), [](const fs::path& part) { return part == ".."; });
}

Result<std::vector<Listed>> read_manifest(const fs::path& from) {
  if (!fs::is_regular_file(from / kManifest) || !fs::is_regular_file(from / kManifestHash))
    return refusal(Why::not_found, "restore.no_backup",
                   from.string() + " is no backup: it has no " + kManifest, from.string());
  auto damaged = [&](const char* why) {
    return refusal(Why::refused, "restore.damaged", std::string(kManifest) + " " + why, kManifest);
  };
  std::string text = read_text(from / kManifest);
  if (read_text(from / kManifestHash).substr(0, 64) != sha256_hex(text))
    return damaged("is damaged");
  json::error_code error;
  auto value = json::parse(text, error);
  const auto* object = error ? nullptr : value.if_object();
  const auto* format = object ? object->if_contains("format") : nullptr;
  if (!format || *format != kFormat) return damaged("is of another format: use the newer program");
  std::vector<Listed> files;
  const auto* list = object->if_contains("files");
  if (!list || !list->is_array()) return damaged("lists no files");
  for (const auto& each : list->get_array()) {
    const auto* file = each.if_object();
    const auto* path = file ? file->if_contains("path") : nullptr;
    const auto* size = file ? file->if_contains("size") : nullptr;
    const auto* hash = file ? file->if_contains("sha256") : nullptr;
    if (!path || !path->is_string() || !size || !size->is_int64() || !hash || !hash->is_string())
      return damaged("lists a file without path, size or hash");
    files.push_back({.path = std::string(path->get_string()),
                     .size = size->get_int64(),
                     .sha256 = std::string(hash->get_string())});
    if (!is_inner(files.back().path)) return damaged("lists a file outside the backup");
  }
  return files;
}

bool is_empty_folder(const fs::path& folder) {
  if (!fs::exists(folder)) return true;
  if (!fs::is_directory(folder)) return false;
  return std::all_of(fs::directory_iterator(folder), fs::directory_iterator(),
                     [](const fs::directory_entry& each) {
                       auto name = each.path().filename();
                       return name == kRestoring || name == "lost+found";
                     });
}

}  // namespace

Result<fs::path> backup(const BackupAsk& ask, const Progress& progress) {
  if (!fs::is_regular_file(ask.database))
    return refusal(Why::not_found, "backup.no_database",
                   "there is no database at " + ask.database.string());
  if (fs::exists(ask.to) && !fs::is_directory(ask.to))
    return refusal(Why::refused, "backup.target", ask.to.string() + " is no folder");
  if (lies_in(ask.to, ask.attachments) || lies_in(ask.to, ask.keys))
    return refusal(Why::refused, "backup.target",
                   ask.to.string() + " lies within what is backed up: choose a folder elsewhere");
  const std::string name = name_of(ask.now);
  if (fs::exists(ask.to / name))
    return refusal(Why::conflict, "backup.exists", (ask.to / name).string() + " is there already");

  fs::create_directories(ask.to);
  fs::path fresh = ask.to / (kUnfinished + name);
  fs::remove_all(fresh);
  Scaffold scaffold(fresh);
  make_folder(fresh);
  std::vector<Listed> files;
  const std::string database = ask.database.filename().string();
  // The database first: every attachment that it knows is complete by then.
  sqlite::copy_database(ask.database, fresh / database, progress);

  struct Found {
    fs::path from;
    std::string name;
  };
  std::vector<Found> found;
  std::int64_t total = static_cast<std::int64_t>(fs::file_size(fresh / database)), done = 0;
  for (const fs::path& folder : {ask.attachments, ask.keys})
    for (const fs::path& file : files_under(folder)) {
      std::error_code gone;
      auto size = fs::file_size(file, gone);
      if (gone) continue;
      found.push_back(
          {file, (name_in_backup(folder) / file.lexically_relative(folder)).generic_string()});
      total += static_cast<std::int64_t>(size);
    }
  auto advance = [&](std::size_t bytes) {
    done += static_cast<std::int64_t>(bytes);
    progress.step("backing up", std::min(done, total), total);
  };
  files.push_back(hash_file(fresh / database, database, advance));
  for (const Found& file : found) {
    // A piece of an attachment still being sent may be swept meanwhile.
    if (!fs::exists(file.from)) continue;
    fs::path target = fresh / file.name;
    make_folder(target.parent_path());
    files.push_back(copy_file(file.from, target, file.name, advance));
    std::string own = fs::path(file.name).filename().string();
    if (is_sha256_hex(own) && own != files.back().sha256)
      log::warning("a file is not what its name says", {{"path", file.from.string()}});
  }
  std::string manifest = manifest_text(files, ask.now);
  write_file(fresh / kManifest, manifest);
  write_file(fresh / kManifestHash, sha256_hex(manifest) + "  " + kManifest + "\n");
  sync_all(fresh);
  progress.step("backing up", total, total);
  fs::rename(fresh, ask.to / name);
  scaffold.keep();
  sync_all(ask.to);
  return ask.to / name;
}

Result<void> restore(const fs::path& from, const fs::path& data_folder, const Progress& progress) {
  if (!is_empty_folder(data_folder))
    return refusal(Why::conflict, "restore.not_empty",
                   data_folder.string() +
                       " is not empty: move what is in it away, or name another data folder");
  TRY_LET(files, read_manifest(from));
  std::int64_t total = 0, done = 0;
  for (const Listed& file : files) total += 2 * file.size;
  auto advance = [&](std::size_t bytes) {
    done += static_cast<std::int64_t>(bytes);
    progress.step("restoring", std::min(done, total), total);
  };
  auto damaged = [](const Listed& file, const char* why) {
    return refusal(Why::refused, "restore.damaged", file.path + " of the backup " + why, file.path);
  };
  for (const Listed& file : files) {
    if (!fs::is_regular_file(from / file.path)) return damaged(file, "is missing");
    Listed there = hash_file(from / file.path, file.path, advance);
    if (there.size != file.size || there.sha256 != file.sha256)
      return damaged(file, "is damaged: its content is not what was backed up");
  }

  const bool was_there = fs::exists(data_folder);
  make_folder(data_folder);
  Scaffold whole(was_there ? data_folder / kRestoring : data_folder);
  fs::path fresh = data_folder / kRestoring;
  fs::remove_all(fresh);
  make_folder(fresh);
  for (const Listed& file : files) {
    make_folder((fresh / file.path).parent_path());
    if (copy_file(from / file.path, fresh / file.path, file.path, advance).sha256 != file.sha256)
      return damaged(file, "changed while it was read");
  }
  sync_all(fresh);
  progress.step("restoring", total, total);
  whole.keep();
  // The files at the top, which is the database, come last: without it nothing is served.
  std::vector<fs::path> parts;
  for (const auto& each : fs::directory_iterator(fresh)) parts.push_back(each.path());
  std::stable_partition(parts.begin(), parts.end(),
                        [](const fs::path& part) { return fs::is_directory(part); });
  for (const fs::path& part : parts) fs::rename(part, data_folder / part.filename());
  fs::remove(fresh);
  sync_all(data_folder);
  return {};
}

}  // namespace anxiao::store
