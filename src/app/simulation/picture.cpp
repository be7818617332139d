#include "app/simulation/picture.h"

#include <zlib.h>

#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace anxiao::app::simulation {

namespace {

constexpr std::uint32_t kWidth = 320, kHeight = 240;

std::string big_endian(std::uint32_t number) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8)
    out += static_cast<char>(static_cast<unsigned char>(number >> shift));
  return out;
}

std::string chunk(const std::string& type, const std::string& data) {
  const auto body = type + data;
  const auto sum =
      crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return big_endian(static_cast<std::uint32_t>(data.size())) + body +
         big_endian(static_cast<std::uint32_t>(sum));
}

std::string packed(const std::string& pixels) {
  uLongf size = compressBound(static_cast<uLong>(pixels.size()));
  std::string out(size, '\0');
  if (compress(reinterpret_cast<Bytef*>(out.data()), &size,
               reinterpret_cast<const Bytef*>(pixels.data()),
               static_cast<uLong>(pixels.size())) != Z_OK)
    throw std::runtime_error("a picture could not be compressed");
  out.resize(size);
  return out;
}

}  // namespace

std::string plain_picture() {
  std::string pixels;
  for (std::uint32_t row = 0; row < kHeight; ++row) {
    pixels += '\0';  // no filter
    for (std::uint32_t column = 0; column < kWidth; ++column)
      pixels += static_cast<char>((row + column) / 16 % 2 == 0 ? 0xb4 : 0xd2);
  }
  // Eight bits of grey, no interlace.
  const std::string header =
      big_endian(kWidth) + big_endian(kHeight) + std::string("\x08\0\0\0\0", 5);
  return std::string("\x89PNG\r\n\x1a\n", 8) + chunk("IHDR", header) +
         chunk("IDAT", packed(pixels)) + chunk("IEND", "");
}

}  // namespace anxiao::app::simulation
