#include "usecases/attachment_bytes.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace anxiao::usecases {

namespace {

using Byte = unsigned char;

// Foreign bytes read within their bounds: reading past the end gives nothing and says so.
class Bytes {
 public:
  explicit Bytes(std::string_view text) : text_(text) {}
  bool has(std::size_t at, std::size_t count) const {
    return at <= text_.size() && count <= text_.size() - at;
  }
  std::size_t size() const { return text_.size(); }
  std::string_view view(std::size_t at, std::size_t count) const { return text_.substr(at, count); }
  Byte byte(std::size_t at) const { return has(at, 1) ? static_cast<Byte>(text_[at]) : Byte{0}; }
  std::uint32_t big(std::size_t at, std::size_t count) const {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i) value = value << 8 | byte(at + i);
    return value;
  }
  std::uint32_t little(std::size_t at, std::size_t count) const {
    std::uint32_t value = 0;
    for (std::size_t i = count; i-- > 0;) value = value << 8 | byte(at + i);
    return value;
  }

 private:
  std::string_view text_;
};

void put_big(std::string& out, std::uint32_t value, int count) {
  for (int i = count - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 0xff);
}

void put_little(std::string& out, std::uint32_t value, int count) {
  for (int i = 0; i < count; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}

constexpr std::uint32_t kOrientation = 0x0112;
constexpr std::string_view kExif("Exif\0\0", 6);

// A TIFF header with the orientation and nothing else.
std::string tiff_with(int orientation) {
  std::string out("MM\0\x2a", 4);
  put_big(out, 8, 4);
  put_big(out, 1, 2);
  put_big(out, kOrientation, 2);
  put_big(out, 3, 2);  // a short
  put_big(out, 1, 4);
  put_big(out, static_cast<std::uint32_t>(orientation), 2);
  put_big(out, 0, 2);
  put_big(out, 0, 4);
  return out;
}

bool turned(int orientation) { return orientation > 1; }

// --- JPEG ---

constexpr Byte kSoi = 0xd8, kEoi = 0xd9, kSos = 0xda, kCom = 0xfe;
constexpr Byte kApp0 = 0xe0, kApp1 = 0xe1, kApp2 = 0xe2, kApp14 = 0xee, kApp15 = 0xef;

bool stands_alone(Byte marker) { return marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7); }

bool is_frame(Byte marker) {
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

struct Jpeg {
  std::string kept;   // segments and scans to be written
  std::string first;  // JFIF, which comes before all else
  int orientation = 1;
  bool frame = false;
  bool scan = false;
};

void put_segment(std::string& out, Byte marker, std::string_view payload) {
  out += '\xff';
  out += static_cast<char>(marker);
  put_big(out, static_cast<std::uint32_t>(payload.size() + 2), 2);
  out += payload;
}

// JFIF without its thumbnail: the first fourteen bytes, of which the last two are its size.
void take_jfif(Jpeg& jpeg, std::string_view payload) {
  constexpr std::size_t kHead = 14;
  if (!payload.starts_with(std::string_view("JFIF\0", 5)) || payload.size() < kHead) return;
  std::string head(payload.substr(0, kHead));
  head[12] = head[13] = 0;
  if (jpeg.first.empty()) put_segment(jpeg.first, kApp0, head);
}

void take_segment(Jpeg& jpeg, Byte marker, std::string_view payload) {
  if (marker == kApp0) return take_jfif(jpeg, payload);
  if (marker == kApp1 && payload.starts_with(kExif)) {
    jpeg.orientation = orientation_of(payload.substr(kExif.size()));
    return;
  }
  bool profile = marker == kApp2 && payload.starts_with(std::string_view("ICC_PROFILE\0", 12));
  // Twelve bytes that say how the colours were turned; without them they come out wrong.
  bool colours = marker == kApp14 && payload.size() == 12 && payload.starts_with("Adobe");
  bool application = marker >= kApp0 && marker <= kApp15;
  if ((application && !profile && !colours) || marker == kCom) return;
  jpeg.frame = jpeg.frame || is_frame(marker);
  put_segment(jpeg.kept, marker, payload);
}

// The end of the entropy-coded data that begins at `at`: the next marker that is no restart.
std::size_t end_of_scan(const Bytes& bytes, std::size_t at) {
  for (; at + 1 < bytes.size(); ++at) {
    if (bytes.byte(at) != 0xff) continue;
    Byte next = bytes.byte(at + 1);
    if (next != 0 && next != 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return bytes.size();
}

std::optional<std::string> written(const Jpeg& jpeg) {
  if (!jpeg.frame || !jpeg.scan) return std::nullopt;
  std::string out("\xff\xd8", 2);
  out += jpeg.first;
  if (turned(jpeg.orientation))
    put_segment(out, kApp1, std::string(kExif) + tiff_with(jpeg.orientation));
  out += jpeg.kept;
  out += "\xff\xd9";
  return out;
}

std::optional<std::string> bare_jpeg(std::string_view text) {
  Bytes bytes(text);
  if (bytes.byte(0) != 0xff || bytes.byte(1) != kSoi) return std::nullopt;
  Jpeg jpeg;
  std::size_t at = 2;
  while (bytes.has(at, 2)) {
    if (bytes.byte(at) != 0xff) return std::nullopt;
    Byte marker = bytes.byte(at + 1);
    if (marker == 0xff) {  // a fill byte
      ++at;
      continue;
    }
    if (marker == kEoi) return written(jpeg);
    if (marker == kSoi || marker == 0) return std::nullopt;
    at += 2;
    if (stands_alone(marker)) continue;
    std::size_t length = bytes.big(at, 2);
    if (length < 2 || !bytes.has(at, length)) return std::nullopt;
    take_segment(jpeg, marker, bytes.view(at + 2, length - 2));
    at += length;
    if (marker == kSos) {
      if (!jpeg.frame) return std::nullopt;
      jpeg.scan = true;
      std::size_t end = end_of_scan(bytes, at);
      jpeg.kept += bytes.view(at, end - at);
      at = end;
    }
  }
  // Some devices leave the end marker out.
  return written(jpeg);
}

// --- PNG ---

constexpr std::string_view kPngSignature("\x89PNG\r\n\x1a\n", 8);

// Besides the critical ones, what the look of the pixels or their animation needs.
constexpr std::array<std::string_view, 15> kPngKept = {"gAMA", "cHRM", "sRGB", "iCCP", "sBIT",
                                                       "bKGD", "hIST", "tRNS", "pHYs", "cICP",
                                                       "mDCv", "cLLi", "acTL", "fcTL", "fdAT"};

std::uint32_t crc_of(std::string_view bytes) {
  std::uint32_t crc = 0xffffffff;
  for (char c : bytes) {
    crc ^= static_cast<Byte>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}

void put_chunk(std::string& out, std::string_view type, std::string_view data) {
  put_big(out, static_cast<std::uint32_t>(data.size()), 4);
  std::string covered(type);
  covered += data;
  out += covered;
  put_big(out, crc_of(covered), 4);
}

bool is_chunk_type(std::string_view type) {
  return std::ranges::all_of(
      type, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

bool is_kept(std::string_view type) {
  bool critical = (type[0] & 0x20) == 0;
  return critical || std::ranges::find(kPngKept, type) != kPngKept.end();
}

int orientation_before_pixels(const Bytes& bytes) {
  for (std::size_t at = kPngSignature.size(); bytes.has(at, 12);) {
    std::size_t length = bytes.big(at, 4);
    auto type = bytes.view(at + 4, 4);
    if (!bytes.has(at + 12, length)) break;
    if (type == "eXIf") return orientation_of(bytes.view(at + 8, length));
    at += length + 12;
  }
  return 1;
}

std::optional<std::string> bare_png(std::string_view text) {
  Bytes bytes(text);
  if (!text.starts_with(kPngSignature)) return std::nullopt;
  int orientation = orientation_before_pixels(bytes);
  std::string out(kPngSignature);
  std::size_t at = kPngSignature.size();
  bool head = false, pixels = false;
  while (bytes.has(at, 12)) {
    std::size_t length = bytes.big(at, 4);
    auto type = bytes.view(at + 4, 4);
    if (!is_chunk_type(type) || !bytes.has(at + 12, length)) return std::nullopt;
    if (head == (type == "IHDR") || (!head && length != 13)) return std::nullopt;
    if (type == "IEND") {
      out += bytes.view(at, length + 12);
      return pixels ? std::optional(out) : std::nullopt;
    }
    if (is_kept(type)) out += bytes.view(at, length + 12);
    if (!head && turned(orientation)) put_chunk(out, "eXIf", tiff_with(orientation));
    head = true;
    pixels = pixels || type == "IDAT";
    at += length + 12;
  }
  return std::nullopt;
}

// --- WebP ---

constexpr std::size_t kRiffHead = 12;
constexpr Byte kWebpExif = 0x08, kWebpXmp = 0x04;

struct Chunk {
  std::string_view type;
  std::string_view data;
};

std::optional<std::vector<Chunk>> webp_chunks(std::string_view text) {
  Bytes bytes(text);
  if (!text.starts_with("RIFF") || !bytes.has(8, 4) || bytes.view(8, 4) != "WEBP")
    return std::nullopt;
  std::size_t size = bytes.little(4, 4);
  if (size < 4 || !bytes.has(8, size)) return std::nullopt;
  std::vector<Chunk> chunks;
  std::size_t at = kRiffHead, end = 8 + size;
  while (at < end) {
    if (end - at < 8) return std::nullopt;
    std::size_t length = bytes.little(at + 4, 4);
    if (length > end - at - 8) return std::nullopt;
    chunks.push_back({bytes.view(at, 4), bytes.view(at + 8, length)});
    at += 8 + length + (length & 1);
  }
  return chunks;
}

void put_riff(std::string& out, std::string_view type, std::string_view data) {
  out += type;
  put_little(out, static_cast<std::uint32_t>(data.size()), 4);
  out += data;
  if (data.size() & 1) out += '\0';
}

std::optional<std::string> bare_webp(std::string_view text) {
  constexpr std::array<std::string_view, 6> kKept = {"VP8 ", "VP8L", "ICCP",
                                                     "ANIM", "ANMF", "ALPH"};
  auto chunks = webp_chunks(text);
  if (!chunks) return std::nullopt;
  int orientation = 1;
  for (const auto& [type, data] : *chunks)
    if (type == "EXIF")
      orientation = orientation_of(data.starts_with(kExif) ? data.substr(kExif.size()) : data);
  std::string body("WEBP");
  bool extended = false, image = false;
  for (const auto& [type, data] : *chunks) {
    if (type == "VP8X") {
      if (extended || image || data.size() != 10) return std::nullopt;
      extended = true;
      std::string flags(data);
      flags[0] = static_cast<char>(static_cast<Byte>(flags[0]) & ~(kWebpExif | kWebpXmp));
      if (turned(orientation)) flags[0] = static_cast<char>(flags[0] | kWebpExif);
      put_riff(body, type, flags);
    } else if (std::ranges::find(kKept, type) != kKept.end()) {
      image = image || type == "VP8 " || type == "VP8L" || type == "ANMF";
      put_riff(body, type, data);
    }
  }
  if (!image) return std::nullopt;
  if (extended && turned(orientation)) put_riff(body, "EXIF", tiff_with(orientation));
  std::string out("RIFF");
  put_little(out, static_cast<std::uint32_t>(body.size()), 4);
  return out + body;
}

bool is_text(std::string_view bytes) {
  return !bytes.empty() && std::ranges::none_of(bytes, [](char c) {
    auto b = static_cast<Byte>(c);
    return (b < 0x20 && b != '\t' && b != '\r' && b != '\n') || b == 0x7f;
  });
}

}  // namespace

int orientation_of(std::string_view tiff) {
  Bytes bytes(tiff);
  bool big = tiff.starts_with(std::string_view("MM\0\x2a", 4));
  if (!big && !tiff.starts_with(std::string_view("II\x2a\0", 4))) return 1;
  auto number = [&](std::size_t at, std::size_t count) {
    return big ? bytes.big(at, count) : bytes.little(at, count);
  };
  std::size_t at = number(4, 4);
  if (!bytes.has(at, 2)) return 1;
  std::size_t entries = number(at, 2);
  for (std::size_t i = 0; i < entries; ++i) {
    std::size_t entry = at + 2 + i * 12;
    if (!bytes.has(entry, 12)) return 1;
    if (number(entry, 2) != kOrientation) continue;
    auto value = number(entry + 8, 2);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

std::string_view type_of(std::string_view bytes) {
  if (bytes.starts_with("\xff\xd8\xff")) return kJpeg;
  if (bytes.starts_with(kPngSignature)) return kPng;
  if (bytes.starts_with("RIFF") && bytes.size() >= kRiffHead && bytes.substr(8, 4) == "WEBP")
    return kWebp;
  if (bytes.starts_with("%PDF-")) return kPdf;
  if (bytes.starts_with("PK\x03\x04")) return kXlsx;
  if (is_text(bytes)) return kCsv;
  return {};
}

bool is_picture(std::string_view type) { return type == kJpeg || type == kPng || type == kWebp; }

std::optional<std::string> without_metadata(std::string_view type, std::string_view bytes) {
  if (type == kJpeg) return bare_jpeg(bytes);
  if (type == kPng) return bare_png(bytes);
  if (type == kWebp) return bare_webp(bytes);
  return std::nullopt;
}

}  // namespace anxiao::usecases
