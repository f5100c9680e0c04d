<?php
// php-soap as a foreign client of the gateway. Usage: php php_client.php JOB_FILE; one JSON line a call (README.md has the fields)
error_reporting(E_ALL);
set_error_handler(function ($level, $text) { throw new ErrorException($text); });

function tls_context(array $job, string $certificate, array $http = [])
{
    $files = $job['certificates'][$certificate];
    return stream_context_create([
        'ssl' => ['local_cert' => $files['chain'], 'local_pk' => $files['key'], 'cafile' => $job['ca']],
        'http' => $http,
    ]);
}

function new_client(array $job, array $call): SoapClient
{
    // php-soap sends no Accept of its own: MTOM has to be asked for by hand
    $http = $call['form'] === 'MTOM' ? ['header' => 'Accept: text/xml, application/soap+xml, multipart/related'] : [];
    return new SoapClient("{$call['url']}?wsdl", [
        'stream_context' => tls_context($job, $call['certificate'], $http),
        'soap_version' => $call['soap'] === '1.2' ? SOAP_1_2 : SOAP_1_1,
        'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
        'cache_wsdl' => WSDL_CACHE_NONE,
        'trace' => true,
    ]);
}

/** The names in the central directory of a zip; php-zip is not needed for these. */
function zip_entries(string $zip): array
{
    ['n' => $count, 'at' => $at] = unpack('vn/Vsize/Vat', $zip, strrpos($zip, "PK\x05\x06") + 10);
    for ($names = []; $count > 0; $count--) {
        ['name' => $n, 'extra' => $e, 'comment' => $c] = unpack('vname/vextra/vcomment', $zip, $at + 28);
        $names[] = substr($zip, $at + 46, $n);
        $at += 46 + $n + $e + $c;
    }
    return $names;
}

function answer_fields(object $answer): array
{
    if (isset($answer->odgovor)) {
        return ['answer' => $answer->odgovor];
    }
    if (isset($answer->potrdilo)) {
        return ['rights' => count($answer->pravica)];
    }
    if (isset($answer->korak)) {
        $options = array_merge(...array_map(fn ($choice) => $choice->moznost, $answer->izbira));
        return ['page' => ['konec' => $answer->konec, 'korak' => $answer->korak, 'options' => array_column($options, 'sl')]];
    }
    return ['ime' => $answer->ime, 'sha256' => hash('sha256', $answer->zip), 'entries' => zip_entries($answer->zip)];
}

/** A fault of the gateway has a detail; without one php-soap itself made the fault. */
function fault_fields(SoapFault $fault): array
{
    if (!isset($fault->detail->Napaka)) {
        return ['error' => $fault->getMessage()];
    }
    return ['fault' => ['text' => $fault->faultstring] + (array) $fault->detail->Napaka];
}

/** Status and one header of a reply's head lines. */
function head_fields(string $head): array
{
    preg_match('~^HTTP/1\.1 (\d+)~', $head, $status);
    preg_match('~^Content-Type: ([^\r\n]*)~mi', $head, $type);
    return ['http' => (int) ($status[1] ?? 0), 'type' => $type[1] ?? ''];
}

function run_call(array $job, array $call): array
{
    static $clients = [];
    $line = array_intersect_key($call, array_flip(['id', 'operation', 'form', 'soap']));
    $key = "{$call['url']} {$call['soap']} {$call['form']} {$call['certificate']}";
    try {
        $client = $clients[$key] ??= new_client($job, $call);
    } catch (Throwable $error) {
        return $line + ['error' => $error->getMessage()];
    }
    try {
        $line += answer_fields($client->__soapCall($call['operation'], [$call['parameters']]));
    } catch (SoapFault $fault) {
        $line += fault_fields($fault);
    } catch (Throwable $error) {
        $line['error'] = $error->getMessage();
    }
    return $line + head_fields($client->__getLastResponseHeaders() ?? '');
}

/** Posts more than the gateway will take, with PHP's own https:// stream, and reads the refusal. */
function run_bulk(array $job, array $bulk): array
{
    $http = ['method' => 'POST', 'ignore_errors' => true, 'content' => str_repeat(' ', $bulk['bytes']),
        'protocol_version' => '1.1', 'header' => ['Content-Type: text/xml; charset=utf-8', "SOAPAction: \"{$bulk['action']}\""]];
    try {
        $body = file_get_contents($bulk['url'], false, tls_context($job, $bulk['certificate'], $http));
    } catch (Throwable $error) {
        return ['id' => $bulk['id'], 'error' => $error->getMessage()];
    }
    $head = implode("\n", $http_response_header);
    preg_match('~^X-Vashgate-Code: (\S+)~mi', $head, $code);
    preg_match('~^Content-Length: (\d+)~mi', $head, $length);
    return ['id' => $bulk['id'], 'http' => head_fields($head)['http'], 'code' => $code[1] ?? null, 'body' => $body,
        'length' => (int) ($length[1] ?? -1), 'got' => strlen($body)];
}

$job = json_decode(file_get_contents($argv[1]), true, 512, JSON_THROW_ON_ERROR);
foreach ($job['calls'] as $call) {
    echo json_encode(run_call($job, $call), JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR), "\n";
}
foreach ($job['bulk'] as $bulk) {
    echo json_encode(run_bulk($job, $bulk), JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR), "\n";
}
