// Reading a folder of YAML into complaints and whatever its readers make of it: the mechanism that
// a pack and the calendar of a country share. It knows which files there are, not what they say.

#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "pack/reading.h"

namespace anxiao::pack {

struct File {
  std::string path;  // relative to the folder, with `/`
  std::string text;
};

// Paths of the folder's `.yml` and `.yaml` files, in the order of their names; what is under
// `cases/` is read by tests, not by a server. Throws where there is no folder.
std::vector<std::string> yaml_files_in(const std::filesystem::path& folder);

// Reads the file, or complains of it.
void take_file(const std::filesystem::path& folder, const std::string& path,
               std::vector<File>& files, std::vector<Complaint>& complaints);

// Hands the file's mapping to `read`, or complains of text that is no YAML.
void read_yaml(const File& file, const std::function<void(Entry&)>& read,
               std::vector<Complaint>& complaints);

// By file and line.
void sort(std::vector<Complaint>& complaints);

}  // namespace anxiao::pack
