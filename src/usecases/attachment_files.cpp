#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <system_error>

#include "usecases/attachments.h"

namespace anxiao::usecases {

namespace {

constexpr const char* kPart = ".part";
constexpr const char* kNew = ".new";

Refusal full() {
  return {.why = Why::busy,
          .key = "store.full",
          .detail = "the disk is full; nothing was kept, try again when there is room"};
}

bool is_full(int error) { return error == ENOSPC || error == EDQUOT || error == EFBIG; }

[[noreturn]] void fault(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path, int flags)
      : held_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~Descriptor() {
    if (held_ >= 0) ::close(held_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return held_; }
  bool is_open() const { return held_ >= 0; }

 private:
  int held_;
};

Result<void> write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    auto written = ::write(file, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      if (is_full(errno)) return full();
      fault("write an attachment");
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error) return {};
  if (is_full(error.value())) return full();
  throw std::system_error(error, "make a folder for attachments");
}

void sync_folder(const std::filesystem::path& folder) {
  Descriptor held(folder, O_RDONLY | O_DIRECTORY);
  if (!held.is_open() || ::fsync(held.get()) != 0) fault("make an attachment durable");
}

Result<void> write_durably(const std::filesystem::path& path, std::string_view bytes) {
  Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (!file.is_open()) {
    if (is_full(errno)) return full();
    fault("open an attachment for writing");
  }
  TRY(write_all(file.get(), bytes));
  if (::fsync(file.get()) != 0) {
    if (is_full(errno)) return full();
    fault("make an attachment durable");
  }
  return {};
}

std::optional<std::string> read_whole(const std::filesystem::path& path) {
  Descriptor file(path, O_RDONLY);
  if (!file.is_open()) {
    if (errno == ENOENT) return std::nullopt;
    fault("open an attachment");
  }
  struct stat found {};
  if (::fstat(file.get(), &found) != 0) fault("read an attachment");
  std::string bytes(static_cast<std::size_t>(found.st_size), '\0');
  std::size_t got = 0;
  while (got < bytes.size()) {
    auto count = ::read(file.get(), bytes.data() + got, bytes.size() - got);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fault("read an attachment");
    if (count == 0) break;
    got += static_cast<std::size_t>(count);
  }
  bytes.resize(got);
  return bytes;
}

void remove_file(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::remove(path, error);
  if (error) throw std::system_error(error, "remove an attachment");
}

const char* ending_of(AttachmentFiles::Kind kind) {
  return kind == AttachmentFiles::Kind::copy ? ".copy" : "";
}

}  // namespace

AttachmentFiles::AttachmentFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

std::filesystem::path AttachmentFiles::path(const std::string& district, const std::string& sha256,
                                            const char* ending) const {
  return folder_ / district / sha256.substr(0, 2) / (sha256 + ending);
}

std::unique_lock<std::mutex> AttachmentFiles::lock(std::string_view sha256) {
  return std::unique_lock(locks_[std::hash<std::string_view>{}(sha256) % locks_.size()]);
}

std::uint64_t AttachmentFiles::arrived(const std::string& district,
                                       const std::string& sha256) const {
  std::error_code error;
  auto size = std::filesystem::file_size(path(district, sha256, kPart), error);
  return error ? 0 : size;
}

Result<void> AttachmentFiles::put_piece(const std::string& district, const std::string& sha256,
                                        std::uint64_t from, std::string_view bytes) {
  auto part = path(district, sha256, kPart);
  TRY(make_folder(part.parent_path()));
  Descriptor file(part, O_WRONLY | O_CREAT);
  if (!file.is_open()) {
    if (is_full(errno)) return full();
    fault("open an attachment for writing");
  }
  auto at = static_cast<off_t>(from);
  if (::ftruncate(file.get(), at) != 0 || ::lseek(file.get(), at, SEEK_SET) != at)
    fault("write an attachment");
  auto written = write_all(file.get(), bytes);
  // What did not fit is not there at all.
  if (!written && ::ftruncate(file.get(), at) != 0) fault("write an attachment");
  return written;
}

std::optional<std::string> AttachmentFiles::pieces(const std::string& district,
                                                   const std::string& sha256) const {
  return read_whole(path(district, sha256, kPart));
}

void AttachmentFiles::drop_pieces(const std::string& district, const std::string& sha256) {
  remove_file(path(district, sha256, kPart));
}

Result<void> AttachmentFiles::keep(const std::string& district, const std::string& sha256,
                                   Kind kind, std::string_view bytes) {
  auto kept = path(district, sha256, ending_of(kind));
  auto fresh = path(district, sha256, kNew);
  TRY(make_folder(kept.parent_path()));
  if (auto written = write_durably(fresh, bytes); !written) {
    remove_file(fresh);
    return written;
  }
  std::error_code error;
  std::filesystem::rename(fresh, kept, error);
  if (error) throw std::system_error(error, "keep an attachment");
  sync_folder(kept.parent_path());
  return {};
}

std::optional<std::string> AttachmentFiles::read(const std::string& district,
                                                 const std::string& sha256, Kind kind) const {
  return read_whole(path(district, sha256, ending_of(kind)));
}

void AttachmentFiles::remove(const std::string& district, const std::string& sha256) {
  for (const char* ending : {"", ".copy", kPart, kNew}) remove_file(path(district, sha256, ending));
}

bool AttachmentFiles::begin_sweep(Instant now) {
  // A clock that was set back asks as well.
  auto since = now.ms - swept_ms_.load();
  if (since >= 0 && since < kSweepEveryMs) return false;
  swept_ms_ = now.ms;
  return true;
}

}  // namespace anxiao::usecases
