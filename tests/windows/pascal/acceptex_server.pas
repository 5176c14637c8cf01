{ The younger kind: AcceptEx on a completion port, as Delphi's socket libraries do it. Never asks for keepalive.

  Says `listening PORT`, `accepted`, `received N`, and `gone ERROR` when GetQueuedCompletionStatus fails.
  With the argument `bare` it leaves out SO_UPDATE_ACCEPT_CONTEXT. }
program acceptex_server;

{$mode delphi}

uses
  windows, winsock2;

const
  AddressRoom = SizeOf(TSockAddrIn) + 16;
  UpdateAcceptContext = $700B;

type
  TAcceptEx = function(Listener, Socket: TSocket; Buffer: Pointer; Receive, LocalRoom, RemoteRoom: DWORD;
    var Received: DWORD; Overlapped: POverlapped): BOOL; stdcall;

  PConnection = ^TConnection;
  TConnection = record
    Overlapped: TOverlapped;
    Socket: TSocket;
    Accepted: Boolean;
    Buffer: array[0..4095] of Byte;
    Block: WSABUF;
  end;

var
  Port: THandle;
  Listener: TSocket;
  AcceptEx: TAcceptEx;

procedure Check(Worked: Boolean; const Call: string);
begin
  if Worked then
    Exit;
  WriteLn(Call, ' failed ', WSAGetLastError);
  Flush(Output);
  Halt(1);
end;

procedure Say(const Line: string; Number: Int64);
begin
  WriteLn(Line, ' ', Number);
  Flush(Output);
end;

procedure Post;
var
  Connection: PConnection;
  Got: DWORD;
begin
  New(Connection);
  FillChar(Connection^, SizeOf(Connection^), 0);
  Connection^.Socket := WSASocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, nil, 0, WSA_FLAG_OVERLAPPED);
  Check(AcceptEx(Listener, Connection^.Socket, @Connection^.Buffer, 0, AddressRoom, AddressRoom, Got,
    @Connection^.Overlapped) or (WSAGetLastError = ERROR_IO_PENDING), 'AcceptEx');
end;

procedure Receive(Connection: PConnection);
var
  Got, Flags: DWORD;
begin
  Flags := 0;
  FillChar(Connection^.Overlapped, SizeOf(Connection^.Overlapped), 0);
  Connection^.Block.len := SizeOf(Connection^.Buffer);
  Connection^.Block.buf := @Connection^.Buffer;
  if WSARecv(Connection^.Socket, @Connection^.Block, 1, Got, Flags, LPWSAOVERLAPPED(@Connection^.Overlapped), nil) <> 0 then
    Check(WSAGetLastError = ERROR_IO_PENDING, 'WSARecv');
end;

procedure Take(Connection: PConnection);
begin
  Connection^.Accepted := True;
  if ParamStr(1) <> 'bare' then
    Check(setsockopt(Connection^.Socket, SOL_SOCKET, UpdateAcceptContext, @Listener, SizeOf(Listener)) = 0,
      'SO_UPDATE_ACCEPT_CONTEXT');
  CreateIoCompletionPort(Connection^.Socket, Port, 0, 0);
  Receive(Connection);
  Post;
  Say('accepted', 0);
end;

procedure Work;
var
  Size: DWORD;
  Key: ULONG_PTR;
  Done: POverlapped;
  Connection: PConnection;
  Worked: Boolean;
begin
  while True do
  begin
    Done := nil;
    Worked := GetQueuedCompletionStatus(Port, Size, Key, Done, INFINITE);
    Connection := PConnection(Done);
    if Worked and not Connection^.Accepted then
      Take(Connection)
    else if Worked and (Size > 0) then
    begin
      Say('received', Size);
      send(Connection^.Socket, Connection^.Buffer, Size, 0);
      Receive(Connection);
    end
    else
    begin
      if Worked then
        Say('closed', 0)
      else
        Say('gone', GetLastError);
      closesocket(Connection^.Socket);
      Dispose(Connection);
    end;
  end;
end;

const
  AcceptExId: TGUID = '{B5367DF1-CBAC-11CF-95CA-00805F48A192}';
var
  Data: TWSAData;
  Name: TSockAddrIn;
  Size: LongInt;
  Got: DWORD;
begin
  Check(WSAStartup($0202, Data) = 0, 'WSAStartup');
  Port := CreateIoCompletionPort(INVALID_HANDLE_VALUE, 0, 0, 0);
  Listener := WSASocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, nil, 0, WSA_FLAG_OVERLAPPED);
  Check(Listener <> INVALID_SOCKET, 'WSASocket');
  FillChar(Name, SizeOf(Name), 0);
  Name.sin_family := AF_INET;
  Size := SizeOf(Name);
  Check(bind(Listener, PSockAddr(@Name), Size) = 0, 'bind');
  Check(listen(Listener, SOMAXCONN) = 0, 'listen');
  Check(getsockname(Listener, PSockAddr(@Name)^, Size) = 0, 'getsockname');
  Check(WSAIoctl(Listener, SIO_GET_EXTENSION_FUNCTION_POINTER, @AcceptExId, SizeOf(AcceptExId), @@AcceptEx,
    SizeOf(Pointer), @Got, nil, nil) = 0, 'SIO_GET_EXTENSION_FUNCTION_POINTER');
  CreateIoCompletionPort(Listener, Port, 0, 0);
  Post;
  Say('listening', ntohs(Name.sin_port));
  Work;
end.
