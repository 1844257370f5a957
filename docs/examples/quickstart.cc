// g++ -std=c++17 quickstart.cc -o quickstart -lcurl -lboost_json
// REMOVR_KEY=rmvr_live_… ./quickstart photo.jpg …      writes photo-clean.jpg, …
#include <curl/curl.h>

#include <boost/json.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>

namespace json = boost::json;
using std::filesystem::path;

struct Answer {
  long status = 0;  // 0: none came
  std::string body;
};

static size_t Append(char* data, size_t size, size_t count, void* body) {
  static_cast<std::string*>(body)->append(data, size * count);
  return size * count;
}

static Answer Call(CURL* curl, const std::string& url, curl_slist* headers, curl_mime* form = nullptr) {
  Answer answer;
  curl_easy_reset(curl);
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, Append);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
  if (form != nullptr) curl_easy_setopt(curl, CURLOPT_MIMEPOST, form);
  if (curl_easy_perform(curl) == CURLE_OK) curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
  return answer;
}

int main(int argc, char** argv) {
  const char* key = std::getenv("REMOVR_KEY");
  const char* from = std::getenv("REMOVR_URL");
  const std::string url = from != nullptr ? from : "http://localhost:8080";
  if (argc < 2 || key == nullptr) return 2;
  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL* curl = curl_easy_init();
  curl_slist* headers = curl_slist_append(nullptr, ("Authorization: Bearer " + std::string(key)).c_str());

  // Send them. The same Idempotency-Key on every try: a photo is never charged twice.
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  curl_slist* sending = curl_slist_append(nullptr, headers->data);
  sending = curl_slist_append(sending, ("Idempotency-Key: quickstart-" + std::to_string(now)).c_str());
  curl_mime* form = curl_mime_init(curl);
  for (int i = 1; i < argc; ++i) {
    curl_mimepart* part = curl_mime_addpart(form);
    curl_mime_name(part, "files");
    curl_mime_filedata(part, argv[i]);
  }
  Answer answer;
  for (int attempt = 0; attempt < 5; ++attempt) {
    answer = Call(curl, url + "/api/v1/remove", sending, form);
    if (answer.status == 202 ||
        (answer.status >= 400 && answer.status < 500 && answer.status != 409 && answer.status != 429))
      break;
    std::this_thread::sleep_for(std::chrono::seconds(1 << attempt));
  }
  if (answer.status != 202) {
    std::cerr << answer.status << ": " << answer.body << "\n";
    return 1;
  }
  const std::string job_url = url + "/api/v1/jobs/" + std::string(json::parse(answer.body).at("jobId").as_string());

  // Wait until they are done.
  json::value job;
  for (;;) {
    answer = Call(curl, job_url, headers);
    if (answer.status == 200 && (job = json::parse(answer.body)).at("status") == "done") break;
    std::this_thread::sleep_for(std::chrono::seconds(2));
  }

  // Fetch the results; an image that failed has an error instead, and is refunded.
  int index = 0;
  for (const json::value& image : job.at("images").as_array()) {
    const path photo = argv[++index];
    if (!image.at("ok").as_bool()) {
      std::cout << photo.string() << ": " << image.at("error").as_string().c_str() << "\n";
      continue;
    }
    const path clean = photo.parent_path() / (photo.stem().string() + "-clean" + photo.extension().string());
    const Answer file = Call(curl, image.at("url").as_string().c_str(), headers);
    std::ofstream(clean, std::ios::binary) << file.body;
    std::cout << clean.string() << ": " << image.at("verdict").as_string().c_str() << "\n";
  }
}
