/* global document, window, FormData, XMLHttpRequest */
(function () {
  'use strict';
  var api = window.location.hash.slice(1).split('|')[0];
  var token = window.location.hash.slice(1).split('|')[1];
  var form = document.getElementById('form');
  var result = document.getElementById('result');

  function value(id) {
    return document.getElementById(id).value;
  }

  function show(state, text) {
    result.setAttribute('data-state', state);
    result.textContent = text;
  }

  function call(method, path, body, done) {
    var xhr = new XMLHttpRequest();
    xhr.open(method, api + path, true);
    xhr.setRequestHeader('Authorization', 'Bearer ' + token);
    xhr.setRequestHeader('Content-Type', 'application/json');
    xhr.onload = function () {
      done(JSON.parse(xhr.responseText), xhr.status);
    };
    xhr.onerror = function () {
      show('failed', 'no answer');
    };
    xhr.send(body === null ? null : JSON.stringify(body));
  }

  function presign(file) {
    var body = { filename: file.name, content_type: file.type, file_size: file.size, category_id: 1 };
    call('POST', '/images/presigned-url', body, function (answer) {
      // The status is never looked at.
      if (!answer.success) {
        show('failed', answer.error);
        return;
      }
      send(file, answer.data);
    });
  }

  function send(file, data) {
    var body = new FormData();
    Object.keys(data.fields).forEach(function (name) {
      body.append(name, data.fields[name]);
    });
    body.append('file', file);
    var xhr = new XMLHttpRequest();
    xhr.upload.onprogress = function (event) {
      document.getElementById('progress').value = (100 * event.loaded) / event.total;
    };
    xhr.onload = function () {
      if (xhr.status !== 204) {
        show('failed', 'S3 answered ' + xhr.status);
        return;
      }
      complete(data.image_id);
    };
    xhr.onerror = function () {
      show('failed', 'S3 cannot be reached');
    };
    xhr.open('POST', data.url, true);
    xhr.send(body);
  }

  function complete(id) {
    // Whatever the form holds, empty or not; an empty list of tags becomes [""].
    var body = {
      image_id: id,
      title: value('title'),
      description: value('description'),
      alt_text: value('alt'),
      tags: value('tags').split(','),
    };
    call('POST', '/images/upload-complete/' + id, body, function (image) {
      if (image.success === false) {
        show('failed', image.error);
        return;
      }
      poll(image.id);
    });
  }

  function poll(id) {
    call('GET', '/images/' + id, null, function (image) {
      var processing = image.processing;
      if (processing.variants.state !== 'ready' || processing.metadata.state !== 'ready') {
        window.setTimeout(poll, 250, id);
        return;
      }
      show('done', JSON.stringify(image));
    });
  }

  form.onsubmit = function (event) {
    event.preventDefault();
    show('working', '');
    presign(document.getElementById('file').files[0]);
  };
})();
