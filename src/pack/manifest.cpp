// pack.yml: what the pack is called, and the zone in which its days begin.

#include <stdexcept>

#include "base/time.h"
#include "pack/pack_files.h"

namespace anxiao::pack {

void read_manifest(Entry& file, Pack& pack) {
  pack.id = file.text("id");
  pack.version = file.text("version");
  pack.title = file.words("title");
  pack.zone = file.text("zone");
  if (pack.zone.empty()) return;
  try {
    const Zone zone(pack.zone);
  } catch (const std::runtime_error&) {
    file.complain("zone", "`" + pack.zone + "` is no zone of this machine",
                  "write a name of the time zone database, or install that database");
  }
}

}  // namespace anxiao::pack
