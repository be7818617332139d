// Photographs and sheets, named by the SHA-256 of their bytes. A file is sent whole or in pieces,
// is checked against its name and its type, and is then kept as it came beside a working copy
// without metadata; everybody gets the working copy, the original only who is granted it, and
// that is journalled.
//
// Files lie in a folder by district; that they are there, and what uses them, is in the store.

#pragma once

#include <array>
#include <atomic>
#include <boost/describe.hpp>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "usecases/office.h"

namespace anxiao::usecases {

inline constexpr std::uint64_t kPictureBytesMost = 12 * 1024 * 1024;
inline constexpr std::uint64_t kFileBytesMost = 20 * 1024 * 1024;
// A file that nothing uses is kept so long.
inline constexpr std::int64_t kUnusedKeptMs = kDayMs;
inline constexpr std::int64_t kSweepEveryMs = kHourMs;

// Bytes on disk: `<folder>/<district>/<ab>/<sha256>`, beside it `.part` while it arrives and
// `.copy` without metadata. A full disk is refused as `store.full`, all else that fails is a
// fault (std::system_error).
class AttachmentFiles {
 public:
  enum class Kind { original, copy };

  explicit AttachmentFiles(std::filesystem::path folder);

  // Whoever changes the files of a name holds its lock meanwhile.
  std::unique_lock<std::mutex> lock(std::string_view sha256);

  // Bytes that have arrived of a file not yet whole.
  std::uint64_t arrived(const std::string& district, const std::string& sha256) const;
  // Puts a piece at `from`, which is not beyond what has arrived; what was after it is dropped.
  Result<void> put_piece(const std::string& district, const std::string& sha256, std::uint64_t from,
                         std::string_view bytes);
  std::optional<std::string> pieces(const std::string& district, const std::string& sha256) const;
  void drop_pieces(const std::string& district, const std::string& sha256);

  // Durable before it returns.
  Result<void> keep(const std::string& district, const std::string& sha256, Kind kind,
                    std::string_view bytes);
  std::optional<std::string> read(const std::string& district, const std::string& sha256,
                                  Kind kind) const;
  void remove(const std::string& district, const std::string& sha256);

  // Whether it is time to look for unused files again; looking goes through all rows.
  bool begin_sweep(Instant now);

 private:
  std::filesystem::path path(const std::string& district, const std::string& sha256,
                             const char* ending) const;

  std::filesystem::path folder_;
  std::array<std::mutex, 64> locks_;
  std::atomic<std::int64_t> swept_ms_{-kSweepEveryMs};
};

struct AttachmentState {
  std::string sha256;
  std::int64_t size = 0;
  std::string type;
  std::int64_t received = 0;
  bool complete = false;
};
BOOST_DESCRIBE_STRUCT(AttachmentState, (), (sha256, size, type, received, complete))

struct Upload {
  std::string_view type;   // as declared, `image/jpeg`
  std::string_view range;  // `bytes 0-1023/4096`; empty: the whole
  std::string_view bytes;
};

// Takes a piece or the whole. Refuses `attachment.hash_malformed`, `attachment.wrong_type`,
// `attachment.too_large`, `attachment.range` (args.received), `attachment.wrong_hash` (what has
// arrived is dropped), `store.full`.
Result<AttachmentState> put_attachment(Store& store, AttachmentFiles& files, const Office& office,
                                       const std::string& sha256, const Upload& upload);

// What has arrived of a file that the actor sends; refuses `not_found`.
Result<AttachmentState> attachment_state(Store& store, const AttachmentFiles& files,
                                         const Office& office, const std::string& sha256);

struct AttachmentContent {
  std::string type;
  std::string bytes;
};
// For whoever sent it, and for whoever may read something that uses it; with `original`, for whom
// `attachments.original` is granted there, and that is journalled. Refuses `not_found`,
// `forbidden`, `attachment.incomplete`.
Result<AttachmentContent> read_attachment(Store& store, AttachmentFiles& files,
                                          const Office& office, const std::string& sha256,
                                          bool original);

// The bytes of a file that somebody of the actor's district sent, for use cases that take a sheet.
// Of the same file only one sender is on record, and it is not asked for twice: whoever may import
// takes it whoever sent it first.
Result<std::string> sent_bytes(Store& store, const AttachmentFiles& files, const Office& office,
                               const std::string& sha256);

}  // namespace anxiao::usecases
