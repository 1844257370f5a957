// Writes one small file of every kind under a folder: by format in jpg/, png/ and webp/, and all of them in all/.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "engine/codec/samples_test.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: make_seeds FOLDER\n";
    return 2;
  }
  const std::filesystem::path root = argv[1];
  for (const auto& [name, bytes] : removr::codec::samples::All()) {
    for (const std::string& folder : {name.substr(name.rfind('.') + 1), std::string("all")}) {
      std::filesystem::create_directories(root / folder);
      std::ofstream file(root / folder / name, std::ios::binary);
      file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
      if (!file) {
        std::cerr << "can't write " << name << "\n";
        return 1;
      }
    }
  }
  return 0;
}
